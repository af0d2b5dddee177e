// Answers of queries as tables: read, sorted, filtered, cut into pages, written for other programs.  Pure.
import type { ResultTable, Term } from "../../api/types";

export interface Cell {
  readonly type: "uri" | "literal" | "bnode" | "triple" | "none";
  readonly value: string;
  readonly language: string;
  readonly datatype: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export type Answer = { readonly kind: "table" | "graph"; readonly table: Table } | { readonly kind: "truth"; readonly value: boolean };

export const NONE: Cell = { type: "none", value: "", language: "", datatype: "" };
export const PAGE = 100;
const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger", "positiveInteger"].map((name) => XSD + name));
const DATES = new Set(["date", "dateTime", "gYear", "gYearMonth"].map((name) => XSD + name));

/** Return what the JSON of a SELECT or ASK holds. */
export function readTable(found: ResultTable): Answer {
  if (found.boolean !== undefined) return { kind: "truth", value: found.boolean };
  const columns = found.head.vars ?? [];
  const rows = (found.results?.bindings ?? []).map((row) => columns.map((name) => cellOf(row[name])));
  return { kind: "table", table: { columns, rows } };
}

/** Return triples, one a line, as a table. */
export function readTriples(text: string): Answer {
  const rows = text.split("\n").flatMap((line) => {
    const terms = termsOf(line);
    return terms.length >= 3 ? [terms.slice(0, 3)] : [];
  });
  return { kind: "graph", table: { columns: ["subject", "predicate", "object"], rows } };
}

const TERM = /<([^>]*)>|_:([^\s<>"]+)|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?|(<<\(.*?\)>>)/gy;

function termsOf(line: string): Cell[] {
  const found: Cell[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < line.length) {
    const start = TERM.lastIndex;
    if (line.startsWith("<<(", start)) {
      const end = tripleEnd(line, start);
      found.push({ ...NONE, type: "triple", value: line.slice(start, end) });
      TERM.lastIndex = end;
    } else {
      const match = TERM.exec(line);
      if (!match) break;
      const [, iri, blank, text, language = "", datatype = ""] = match;
      if (iri !== undefined) found.push({ ...NONE, type: "uri", value: unescaped(iri) });
      else if (blank !== undefined) found.push({ ...NONE, type: "bnode", value: blank });
      else found.push({ type: "literal", value: unescaped(text ?? ""), language, datatype });
    }
    while (line[TERM.lastIndex] === " ") TERM.lastIndex += 1;
  }
  return found;
}

/** Return where the triple term that begins at *start* ends; a text in it may hold the same marks. */
function tripleEnd(line: string, start: number): number {
  const marks = /"(?:[^"\\]|\\.)*"|<<\(|\)>>/g;
  marks.lastIndex = start;
  let depth = 0;
  for (let match = marks.exec(line); match; match = marks.exec(line)) {
    if (match[0] === "<<(") depth += 1;
    else if (match[0] === ")>>") depth -= 1;
    if (depth === 0) return marks.lastIndex;
  }
  return line.length;
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)/g, (_whole, short: string, long: string, letter: string) =>
    letter !== undefined ? (ESCAPES[letter] ?? letter) : String.fromCodePoint(Number.parseInt(short ?? long, 16)),
  );
}

function cellOf(term: Term | undefined): Cell {
  if (!term) return NONE;
  const value: unknown = term.value;
  const text = typeof value === "string" ? value : tripleText(value as Record<string, Term>);
  return { type: term.type, value: text, language: term["xml:lang"] ?? "", datatype: term.datatype ?? "" };
}

function tripleText(triple: Readonly<Record<string, Term>>): string {
  return `<<( ${["subject", "predicate", "object"].map((part) => written(cellOf(triple[part]))).join(" ")} )>>`;
}

/** Return a term as Turtle and TSV write it. */
export function written(cell: Cell): string {
  if (cell.type === "none") return "";
  if (cell.type === "uri") return `<${cell.value}>`;
  if (cell.type === "bnode") return `_:${cell.value}`;
  if (cell.type === "triple") return cell.value;
  const text = cell.value.replace(/[\\"\n\r\t]/g, (letter) => ({ "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" })[letter] ?? letter);
  return `"${text}"${cell.language ? `@${cell.language}` : cell.datatype && cell.datatype !== `${XSD}string` ? `^^<${cell.datatype}>` : ""}`;
}

/** Return the number that a cell holds; undefined where it holds none. */
export function numberIn(cell: Cell): number | undefined {
  if (cell.type !== "literal" || (cell.datatype && !NUMBERS.has(cell.datatype)) || cell.language || !cell.value.trim()) return undefined;
  const value = Number(cell.value);
  return Number.isFinite(value) ? value : undefined;
}

export const isDate = (cell: Cell): boolean => cell.type === "literal" && (DATES.has(cell.datatype) || (!cell.datatype && /^\d{4}-\d\d-\d\d/.test(cell.value)));

/** Return the rows in which some cell holds every one of the *words*, whatever their case. */
export function filtered(table: Table, words: string, shown: (cell: Cell) => string = (cell) => cell.value): Table {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) return table;
  const rows = table.rows.filter((row) => {
    const text = row.map((cell) => `${shown(cell)}\n${cell.value}`).join("\n").toLocaleLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  return { ...table, rows };
}

/** Return the rows in the order of a column, `name` or `-name`; numbers by their value, what is empty last. */
export function sorted(table: Table, order: string, shown: (cell: Cell) => string = (cell) => cell.value): Table {
  const name = order.replace(/^-/, "");
  const at = table.columns.indexOf(name);
  if (!order || at < 0) return table;
  const turn = order.startsWith("-") ? -1 : 1;
  const collator = new Intl.Collator(undefined, { numeric: true });
  const keyed = table.rows.map((row) => {
    const cell = row[at] ?? NONE;
    return { row, number: numberIn(cell), text: shown(cell), isEmpty: cell.type === "none" };
  });
  keyed.sort((one, other) => {
    if (one.isEmpty || other.isEmpty) return Number(one.isEmpty) - Number(other.isEmpty);
    if (one.number !== undefined && other.number !== undefined) return turn * (one.number - other.number);
    return turn * collator.compare(one.text, other.text);
  });
  return { ...table, rows: keyed.map(({ row }) => row) };
}

/** Return one page of rows, the number of the page that it is, and how many pages there are. */
export function page(table: Table, wanted: number): { rows: Table["rows"]; number: number; pages: number } {
  const pages = Math.max(1, Math.ceil(table.rows.length / PAGE));
  const number = Math.min(Math.max(1, Math.trunc(wanted) || 1), pages);
  return { rows: table.rows.slice((number - 1) * PAGE, number * PAGE), number, pages };
}

/** Write a table as the standard's CSV: plain values, nothing of their kind. */
export function toCsv({ columns, rows }: Table): string {
  const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [columns, ...rows.map((row) => row.map((cell) => (cell.type === "bnode" ? `_:${cell.value}` : cell.value)))];
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

/** Write a table as the standard's TSV: terms as Turtle has them. */
export function toTsv({ columns, rows }: Table): string {
  return [columns.map((name) => `?${name}`), ...rows.map((row) => row.map(written))].map((line) => `${line.join("\t")}\n`).join("");
}

/** Write a table for a spreadsheet's clipboard: plain values between tabs. */
export function toClipboard({ columns, rows }: Table, shown: (cell: Cell) => string = (cell) => cell.value): string {
  const flat = (text: string): string => text.replace(/[\t\r\n]+/g, " ");
  return [columns.map(flat), ...rows.map((row) => row.map((cell) => flat(shown(cell))))].map((line) => line.join("\t")).join("\n");
}

/** Write a table as the standard's JSON. */
export function toJson({ columns, rows }: Table): string {
  const term = (cell: Cell) => ({
    type: cell.type,
    value: cell.value,
    ...(cell.language && { "xml:lang": cell.language }),
    ...(cell.datatype && { datatype: cell.datatype }),
  });
  const bindings = rows.map((row) => Object.fromEntries(columns.flatMap((name, at) => (row[at] && row[at].type !== "none" ? [[name, term(row[at])]] : []))));
  return JSON.stringify({ head: { vars: columns }, results: { bindings } }, undefined, 1);
}
