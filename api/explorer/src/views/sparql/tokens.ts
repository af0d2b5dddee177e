// SPARQL as words, tolerant of whatever is being typed.  Pure.

export type Kind = "comment" | "string" | "open" | "iri" | "variable" | "blank" | "language" | "name" | "number" | "word" | "mark";

export interface Token {
  readonly kind: Kind;
  readonly text: string;
  /** Where it begins and ends, as positions in the text. */
  readonly from: number;
  readonly to: number;
}

const TOKEN = new RegExp(
  [
    "(?<comment>#[^\\n\\r]*)",
    '(?<string>"{3}(?:[^"\\\\]|\\\\[^]|"{1,2}(?!"))*"{3}|\'{3}(?:[^\'\\\\]|\\\\[^]|\'{1,2}(?!\'))*\'{3}|"(?!"")(?:[^"\\\\\\n\\r]|\\\\.)*"|\'(?!\'\')(?:[^\'\\\\\\n\\r]|\\\\.)*\')',
    "(?<open>\"{3}[^]*|'{3}[^]*|[\"'][^\\n\\r]*)",
    '(?<iri><[^<>"{}|^`\\\\\\s]*>)',
    "(?<variable>[?$][\\p{L}\\p{N}_]+)",
    "(?<blank>_:[\\p{L}\\p{N}_.\\-]*[\\p{L}\\p{N}_])",
    "(?<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)",
    "(?<name>(?:\\p{L}(?:[\\p{L}\\p{N}_.\\-]*[\\p{L}\\p{N}_\\-])?)?:(?:[\\p{L}\\p{N}_:%\\-\\\\](?:[\\p{L}\\p{N}_.:%\\-\\\\]*[\\p{L}\\p{N}_:%\\-])?)?)",
    "(?<number>\\d+(?:\\.\\d*)?(?:[eE][+\\-]?\\d+)?|\\.\\d+)",
    "(?<word>[\\p{L}_][\\p{L}\\p{N}_]*)",
    "(?<mark>\\S)",
  ].join("|"),
  "gu",
);

/** Return the words of *text*, comments among them, in their order. */
export function tokens(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map((match) => {
    const kind = Object.keys(match.groups ?? {}).find((name) => match.groups?.[name] !== undefined) as Kind;
    return { kind, text: match[0], from: match.index, to: match.index + match[0].length };
  });
}

/** Return the position of a line and a column, both from 1 and counted in characters as people count them. */
export function positionOf(text: string, line: number, column: number): number {
  const lines = text.split("\n");
  const at = Math.min(Math.max(line, 1), lines.length) - 1;
  const before = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
  const letters = Array.from(lines[at] ?? "");
  return before + letters.slice(0, Math.max(column, 1) - 1).join("").length;
}

/** Return the place that a message names, for the problems that have none as a fact. */
export function placeIn(message: string): { line: number; column: number } | undefined {
  const match = /\bline (\d+), column (\d+)/i.exec(message);
  return match ? { line: Number(match[1]), column: Number(match[2]) } : undefined;
}

/** Return the prefixes that a query declares, with their namespaces. */
export function declared(words: readonly Token[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const code = words.filter((one) => one.kind !== "comment");
  code.forEach((word, place) => {
    const [name, iri] = [code[place + 1], code[place + 2]];
    if (/^prefix$/i.test(word.text) && name?.kind === "name" && iri?.kind === "iri") found.set(name.text.slice(0, -1), iri.text.slice(1, -1));
  });
  return found;
}

/** Return the known prefixes that a query uses and does not declare. */
export function undeclared(text: string, known: Readonly<Record<string, string>>): string[] {
  const words = tokens(text);
  const own = declared(words);
  const used = words.filter((one) => one.kind === "name").map((one) => one.text.slice(0, one.text.indexOf(":")));
  return [...new Set(used)].filter((prefix) => known[prefix] !== undefined && !own.has(prefix)).sort();
}

/** Return the lines that declare those prefixes, for use elsewhere: this service knows them by itself. */
export function declarations(text: string, known: Readonly<Record<string, string>>): string {
  return undeclared(text, known).map((prefix) => `PREFIX ${prefix}: <${known[prefix]}>\n`).join("");
}
