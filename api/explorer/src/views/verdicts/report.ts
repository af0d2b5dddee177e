// The report as the service tells it: by document, with what is meant in each line.  Pure.

export type Severity = "violation" | "warning" | "info";
export type Status = "new" | "still-there" | "fixed";

export interface Verdict {
  readonly severity: Severity;
  /** Line and column from 1, 0 where unknown. */
  readonly place: { readonly path: string; readonly line: number; readonly column: number };
  readonly document: string;
  readonly code: string;
  readonly message: string;
  readonly entity: string;
  readonly entry: string;
  readonly fix: string;
  readonly suggestions: readonly string[];
  readonly replacements: readonly string[];
  /** How many characters are meant; 0 where that is not known. */
  readonly length: number;
  readonly excerpt: string;
  readonly status: Status | null;
  readonly since: number | null;
  /** What its kind is about, and what helps, in general; "" for kinds that are told by their code alone. */
  readonly summary: string;
  readonly help: string;
}

export interface Counts {
  readonly total: number;
  readonly conforms: boolean;
  readonly severities: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>> | null;
  readonly codes: Readonly<Record<string, number>>;
  readonly documents: Readonly<Record<string, number>>;
}

export interface Report extends Counts {
  readonly generation: number;
  readonly against: number | null;
  readonly problems: readonly Verdict[];
  readonly fixed: readonly Verdict[];
}

export interface Judgement {
  readonly generation: number;
  readonly document: string;
  readonly path: string;
  readonly conforms: boolean;
  readonly severities: Readonly<Record<string, number>>;
  readonly problems: readonly Verdict[];
  readonly fixed: readonly Verdict[];
  readonly omitted: number;
}

/** Return the verdicts of each document, in the order in which they come. */
export function byDocument(verdicts: readonly Verdict[]): readonly (readonly [string, readonly Verdict[]])[] {
  const found = new Map<string, Verdict[]>();
  for (const one of verdicts) {
    const list = found.get(one.place.path) ?? [];
    list.push(one);
    found.set(one.place.path, list);
  }
  return [...found];
}

/** Return how many verdicts of *report* each value of *filter* has; fixed ones count where they alone are asked for. */
export function countsOf(report: Report, filter: "severity" | "status" | "document" | "code", isFixed: boolean): Readonly<Record<string, number>> {
  if (filter === "status") return report.statuses ?? {};
  if (!isFixed) return { severity: report.severities, document: report.documents, code: report.codes }[filter];
  const counts: Record<string, number> = {};
  for (const one of report.fixed) counts[one[filter]] = (counts[one[filter]] ?? 0) + 1;
  return counts;
}

/** A part of a line, and whether it is meant. */
export interface Piece {
  readonly text: string;
  readonly isMeant: boolean;
}

/** What is meant in a line; columns and lengths count characters as people do. */
export interface Mark {
  /** From 1; 0 where it is unknown. */
  readonly column: number;
  readonly length: number;
}

/** Cut a line at all that is meant in it; what overlaps is one. */
export function marked(line: string, marks: readonly Mark[]): readonly Piece[] {
  const letters = Array.from(line);
  const isMeant = letters.map((_, at) => marks.some(({ column, length }) => column > 0 && at >= column - 1 && at < column - 1 + Math.max(1, length)));
  const pieces: { text: string; isMeant: boolean }[] = [];
  letters.forEach((letter, at) => {
    const [last, meant] = [pieces.at(-1), isMeant[at] ?? false];
    if (last?.isMeant === meant) last.text += letter;
    else pieces.push({ text: letter, isMeant: meant });
  });
  return pieces;
}

export const markOf = ({ place, length }: Verdict): Mark => ({ column: place.column, length });

export interface Line {
  readonly number: number;
  readonly text: string;
  readonly verdicts: readonly Verdict[];
}

/** Return the lines of *text* with the verdicts on each; far from any, lines are left out, which shows in their numbers. */
export function annotated(text: string, verdicts: readonly Verdict[], around = 2): readonly Line[] {
  const lines = text.split(/\r\n|\r|\n/);
  const at = new Map<number, Verdict[]>();
  for (const one of verdicts) {
    if (one.place.line < 1 || one.place.line > lines.length) continue;
    at.set(one.place.line, [...(at.get(one.place.line) ?? []), one]);
  }
  const isNear = new Set<number>();
  for (const number of at.keys()) for (let near = number - around; near <= number + around; near += 1) isNear.add(near);
  return lines.flatMap((line, place) => (isNear.has(place + 1) ? [{ number: place + 1, text: line, verdicts: at.get(place + 1) ?? [] }] : []));
}

/** Return where a verdict's place begins and ends in *text*, as positions in it. */
export function rangeIn(text: string, verdict: Verdict): readonly [number, number] {
  const { line, column } = verdict.place;
  if (line < 1) return [0, 0];
  const begins = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) begins.push(match.index + match[0].length);
  const from = begins[Math.min(line, begins.length) - 1] ?? 0;
  const letters = Array.from(text.slice(from).split(/[\r\n]/, 1)[0] ?? "");
  const start = Math.min(Math.max(column, 1) - 1, letters.length);
  const width = (list: readonly string[]): number => list.join("").length;
  return [from + width(letters.slice(0, start)), from + width(letters.slice(0, start + verdict.length))];
}

export interface Kind {
  readonly suffix: string;
  readonly name: string;
  readonly mediaType: string;
}

export const KINDS: readonly Kind[] = [
  { suffix: ".yaml", name: "YAML", mediaType: "application/yaml" },
  { suffix: ".md", name: "Markdown", mediaType: "text/markdown" },
  { suffix: ".ttl", name: "Turtle", mediaType: "text/turtle" },
  { suffix: ".jsonld", name: "JSON-LD", mediaType: "application/ld+json" },
  { suffix: ".trig", name: "TriG", mediaType: "application/trig" },
  { suffix: ".nt", name: "N-Triples", mediaType: "application/n-triples" },
  { suffix: ".nq", name: "N-Quads", mediaType: "application/n-quads" },
  { suffix: ".rdf", name: "RDF/XML", mediaType: "application/rdf+xml" },
];

const LOOKS: readonly (readonly [string, RegExp])[] = [
  [".jsonld", /^\s*[[{]\s*["{]/],
  [".rdf", /^\s*<\?xml|^\s*<rdf:/],
  [".ttl", /^\s*(?:@prefix|@base|PREFIX\s|BASE\s)/im],
  [".nt", /^\s*(?:<[^>]+>|_:\S+)\s+<[^>]+>\s+.*\.\s*$/m],
  [".yaml", /^(?:document|sections|entities)\s*:/m],
  [".md", /^#{1,6} \S|^---\s*$/m],
];

/** Return the suffix of the kind that a document is of: by its file's name, else by how it looks. */
export function kindOf(text: string, name = ""): string {
  const suffix = /\.[a-z]+$/i.exec(name)?.[0].toLowerCase().replace(/^\.yml$/, ".yaml") ?? "";
  return KINDS.some((one) => one.suffix === suffix) ? suffix : (LOOKS.find(([, look]) => look.test(text))?.[0] ?? ".yaml");
}
