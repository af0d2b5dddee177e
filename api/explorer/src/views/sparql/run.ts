// A query asked of the service: its whole answer with how long it took, or why there is none.
import { ask, request } from "../../api/client";
import type { ResultTable } from "../../api/types";
import { type Network, readNetwork } from "./network";
import { type Answer, readTable, readTriples } from "./results";

export const MOST_BYTES = 48 * 2 ** 20;
const TABLE = "application/sparql-results+json";
const TRIPLES = "application/n-triples";

/** What a query may be told before it is run. */
export interface Mistake {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly word: string;
  readonly suggestions: readonly string[];
}

export interface Checked {
  readonly form: string;
  readonly error: Mistake | null;
  readonly hints: readonly Mistake[];
}

export interface Outcome {
  readonly query: string;
  readonly answer: Answer;
  readonly milliseconds: number;
}

/** The answer is larger than this page holds. */
export class TooMuch extends Error {}

/** The connection was broken off within the answer. */
export class Broken extends Error {
  constructor(readonly bytes: number) {
    super("broken");
  }
}

/** Run *query*; aborting ends its process.  Throws what `request` throws, `TooMuch` and `Broken`. */
export async function run(query: string, signal: AbortSignal, receive: (bytes: number) => void): Promise<Outcome> {
  const began = performance.now();
  const response = await posted(query, {}, signal);
  const text = await wholeText(response, signal, receive);
  const isGraph = response.headers.get("Content-Type")?.startsWith(TRIPLES) ?? false;
  const answer = isGraph ? readTriples(text) : readTable(JSON.parse(text) as ResultTable);
  return { query, answer, milliseconds: performance.now() - began };
}

/** Run *query* for what it connects. */
export async function runAsNetwork(query: string, signal: AbortSignal): Promise<Network> {
  const response = await posted(query, { format: "d3" }, signal);
  return readNetwork(JSON.parse(await wholeText(response, signal, () => undefined)));
}

/** Ask what is wrong with *query*, without running it. */
export const check = (query: string, signal: AbortSignal): Promise<Checked> =>
  ask<Checked>("api/sparql/check", {}, { method: "POST", body: JSON.stringify({ query }), headers: { "Content-Type": "application/json" }, signal });

function posted(query: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
  const headers = { "Content-Type": "application/sparql-query", Accept: parameters.format ? "*/*" : `${TABLE}, ${TRIPLES}` };
  return request("sparql", parameters, { method: "POST", body: query, headers, signal });
}

async function wholeText(response: Response, signal: AbortSignal, receive: (bytes: number) => void): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return response.text();
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  for (;;) {
    const piece = await reader.read().catch((error: unknown) => {
      throw signal.aborted ? error : new Broken(bytes);
    });
    if (piece.done) break;
    bytes += piece.value.byteLength;
    if (bytes > MOST_BYTES) {
      await reader.cancel();
      throw new TooMuch("too much");
    }
    pieces.push(decoder.decode(piece.value, { stream: true }));
    receive(bytes);
  }
  return pieces.join("") + decoder.decode();
}
