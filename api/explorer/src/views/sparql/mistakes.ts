// What is wrong with a query, as marks in its text.  Pure.
import { placeIn, positionOf } from "./tokens";

export interface Said {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly word: string;
  readonly suggestions: readonly string[];
}

export interface Placed extends Said {
  readonly from: number;
  readonly to: number;
  readonly isError: boolean;
}

/** Return where in *text* something is said of; of a query as a whole its beginning is marked. */
export function placed(text: string, said: Said, isError: boolean): Placed {
  const told = said.line > 0 ? said : placeIn(said.message);
  const [line, column] = [told?.line ?? 0, told?.column ?? 0];
  const message = said.message.replace(/^Line \d+, column \d+: /, "");
  if (!line) return { ...said, message, line: 0, column: 0, from: 0, to: 0, isError };
  const from = positionOf(text, line, column);
  const length = said.word || /^[\p{L}\p{N}_:.\-]*/u.exec(text.slice(from))?.[0] || text.slice(from, from + 1);
  return { ...said, message, line, column, from, to: Math.min(text.length, from + length.length), isError };
}

/** Return where in *text* the marks of an earlier text stand; what was changed since has none until it is looked at again. */
export function moved<M extends { readonly from: number; readonly to: number }>(marks: readonly M[], earlier: string, text: string): readonly M[] {
  if (earlier === text) return marks;
  const shorter = Math.min(earlier.length, text.length);
  let start = 0;
  while (start < shorter && earlier[start] === text[start]) start += 1;
  let end = 0;
  while (end < shorter - start && earlier.at(-1 - end) === text.at(-1 - end)) end += 1;
  const [longer, last] = [text.length - earlier.length, earlier.length - end];
  return marks.flatMap((one) => (one.to < start ? [one] : one.from > last ? [{ ...one, from: one.from + longer, to: one.to + longer }] : []));
}

/** Return what the facts of a problem of the service say of a query; undefined where they name no place in it. */
export function saidIn(message: string, facts: Readonly<Record<string, unknown>>): Said | undefined {
  const number = (name: string): number => (typeof facts[name] === "number" ? (facts[name] as number) : 0);
  const suggestions = Array.isArray(facts.suggestions) ? facts.suggestions.map(String) : [];
  // A problem's own sentence ends with what may have been meant, which is offered beside it.
  const sentence = suggestions.length ? message.replace(/ Did you mean [^?]*\?$/, "") : message;
  const said = { message: sentence, line: number("line"), column: number("column"), word: typeof facts.word === "string" ? facts.word : "", suggestions };
  return said.line || placeIn(message) ? said : undefined;
}
