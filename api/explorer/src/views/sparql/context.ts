// What may stand where one is typing in a query: a term of which place of a triple, of which classes.  Pure.
import { declared, tokens, type Token } from "./tokens";

export type Slot = "head" | "subject" | "predicate" | "object" | "after" | "graph" | "expression" | "values";

export interface Statement {
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
}

export interface Context {
  readonly slot: Slot;
  /** What is typed already, and where it begins. */
  readonly typed: string;
  readonly from: number;
  /** The subject and the predicate of the triple that is being written, as they stand there; "" where there is none. */
  readonly subject: string;
  readonly predicate: string;
  /** What the query says of the class of the subject, as IRIs. */
  readonly classes: readonly string[];
  /** Every variable of the query. */
  readonly variables: readonly string[];
}

interface Frame {
  readonly opened: string;
  slot: Slot;
  subject: string;
  predicate: string;
  depthOfPath: number;
}

export const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const TYPED = /(?:[?$][\p{L}\p{N}_]*|<[^<>\s]*|@[A-Za-z-]*|[\p{L}_][\p{L}\p{N}_.\-]*:?[\p{L}\p{N}_.:\-]*|:[\p{L}\p{N}_.\-]*)$/u;
const TERMS = new Set(["string", "iri", "variable", "blank", "name", "number"]);
const TRUTHS = /^(?:true|false)$/i;
// Keywords after which something else than a new triple is expected.
const SLOTS: Readonly<Record<string, Slot>> = {
  FILTER: "expression", BIND: "expression", HAVING: "expression", GRAPH: "graph", SERVICE: "graph", VALUES: "values", SELECT: "head",
};

/** Return what is expected at *position* of *text*; undefined within texts and comments. */
export function contextAt(text: string, position: number, prefixes: Readonly<Record<string, string>>): Context | undefined {
  const before = text.slice(0, position);
  const last = tokens(before).at(-1);
  if (last?.kind === "open" || (last?.kind === "comment" && last.to === position)) return undefined;
  const typed = TYPED.exec(before)?.[0] ?? "";
  const from = position - typed.length;
  const { frame } = walk(tokens(before.slice(0, from)));
  const all = tokens(text);
  const known = { ...prefixes, ...Object.fromEntries(declared(all)) };
  const { statements } = walk(all);
  const classes = statements
    .filter((one) => one.subject === frame.subject && frame.subject && (one.predicate === "a" || expanded(one.predicate, known) === TYPE))
    .map((one) => expanded(one.object, known))
    .filter(Boolean);
  const variables = [...new Set(all.filter((one) => one.kind === "variable" && one.to !== position).map((one) => `?${one.text.slice(1)}`))];
  return { slot: frame.slot, typed, from, subject: frame.subject, predicate: frame.predicate, classes: [...new Set(classes)], variables };
}

/** Return the IRI that a word names; "" for none. */
export function expanded(word: string, prefixes: Readonly<Record<string, string>>): string {
  if (word.startsWith("<") && word.endsWith(">")) return word.slice(1, -1);
  const colon = word.indexOf(":");
  const namespace = colon < 0 ? undefined : prefixes[word.slice(0, colon)];
  return namespace === undefined ? "" : namespace + word.slice(colon + 1).replace(/\\(.)/g, "$1");
}

/** Return an IRI shortened by one of *prefixes* where that makes a name; else in angle brackets. */
export function shortened(iri: string, prefixes: Readonly<Record<string, string>>): string {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (!namespace || !iri.startsWith(namespace)) continue;
    const local = iri.slice(namespace.length);
    if (/^[\p{L}\p{N}_](?:[\p{L}\p{N}_.\-]*[\p{L}\p{N}_\-])?$/u.test(local)) return `${prefix}:${local}`;
  }
  return `<${iri}>`;
}

/** Go through a query, whole or not, and return its triples and where its end stands. */
export function walk(words: readonly Token[]): { frame: Frame; statements: Statement[] } {
  const statements: Statement[] = [];
  const frames: Frame[] = [opened("", "head")];
  let blanks = 0;
  const top = (): Frame => frames.at(-1) as Frame;

  function term(text: string): void {
    const frame = top();
    if (frame.slot === "subject" || frame.slot === "after") Object.assign(frame, { subject: text, predicate: "", slot: "predicate" });
    else if (frame.slot === "predicate") Object.assign(frame, { predicate: text, slot: "object" });
    else if (frame.slot === "object") {
      statements.push({ subject: frame.subject, predicate: frame.predicate, object: text });
      frame.slot = "after";
    }
  }

  function mark(text: string): void {
    const frame = top();
    const isPath = frame.depthOfPath > 0 || frame.slot === "predicate";
    if (text === "{") frames.push(opened("{", frame.slot === "values" ? "values" : "subject"));
    else if (text === "(" && isPath) frame.depthOfPath += 1;
    else if (text === ")" && frame.depthOfPath > 0) frame.depthOfPath -= 1;
    else if (text === "(") frames.push(opened("(", "expression"));
    else if (text === "[") {
      blanks += 1;
      frames.push({ ...opened("[", "predicate"), subject: `[${blanks}]` });
    } else if (text === "}" || text === ")" || text === "]") close(text);
    else if (frame.slot === "object" && "/|^".includes(text)) frame.slot = "predicate";
    else if (frame.opened === "(" || frame.slot === "values" || frame.slot === "head") return;
    else if (text === ".") Object.assign(frame, { slot: "subject", subject: "", predicate: "" });
    else if (text === ";") Object.assign(frame, { slot: "predicate", predicate: "" });
    else if (text === ",") frame.slot = "object";
  }

  function close(text: string): void {
    if (frames.length === 1) return;
    const closed = frames.pop() as Frame;
    if (text === "]") return term(closed.subject);
    const frame = top();
    if (text === ")" && frame.slot === "object") return term("()");
    if (text === "}" || frame.slot === "expression") Object.assign(frame, { slot: frame.opened === "" ? "head" : "subject", subject: "", predicate: "" });
  }

  for (const word of words) {
    if (word.kind === "mark") mark(word.text);
    else if (TERMS.has(word.kind) || TRUTHS.test(word.text)) term(word.text);
    else if (word.kind === "word" && word.text === "a" && top().slot === "predicate") term("a");
    else if (word.kind === "word" && top().opened === "{") {
      Object.assign(top(), { slot: SLOTS[word.text.toUpperCase()] ?? (top().slot === "expression" || top().slot === "head" ? top().slot : "subject") });
    }
  }
  return { frame: top(), statements };
}

function opened(mark: string, slot: Slot): Frame {
  return { opened: mark, slot, subject: "", predicate: "", depthOfPath: 0 };
}
