// How the service is asked: one way for all, with its problems as errors and its absence as a signal.
import { signal } from "@preact/signals";

import { token } from "../state/token";

/** What went wrong, as the service tells it (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    /** Every fact of the problem: `line`, `column`, `suggestions`, `problems`, … */
    readonly facts: Readonly<Record<string, unknown>>,
  ) {
    super(detail);
  }

  get suggestions(): readonly string[] {
    const { suggestions } = this.facts;
    return Array.isArray(suggestions) ? suggestions.map(String) : [];
  }
}

/** The service does not answer at all. */
export class Unreachable extends Error {}

/** Whether the service answered last time. */
export const isReachable = signal(true);
/** Whether the service wants a token before it answers: that there was none, or that it does not take the one it got. */
export const wants = signal<"" | "token" | "other token">("");
/** Counts how often the service has come back; what failed meanwhile is asked again. */
export const returns = signal(0);
/** The generation that the newest answer came from. */
export const answeredFrom = signal("");
/** Counts how often something new was published while the page is open. */
export const publications = signal(0);
/** The generation that is asked for; "" is the newest.  The store sets it. */
export const askedFor = signal("");

export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Asking {
  readonly signal?: AbortSignal;
  readonly method?: "GET" | "POST";
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Return the address of *path* with *parameters*, and with the generation that is looked at. */
export function address(path: string, parameters: Parameters = {}): string {
  const url = new URL(path.replace(/^\//, ""), document.baseURI.replace(/#.*$/, ""));
  for (const [name, value] of Object.entries({ ...parameters, at: parameters.at ?? askedFor.value })) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== "") url.searchParams.append(name, String(one));
    }
  }
  return url.href;
}

/** Ask, and return the answer as it comes.  Throws `Problem`, `Unreachable`, or what aborts throw. */
export async function request(path: string, parameters: Parameters = {}, asking: Asking = {}): Promise<Response> {
  const usedToken = token.value;
  const authorization: Record<string, string> = usedToken ? { Authorization: `Bearer ${usedToken}` } : {};
  const response = await fetched(address(path, parameters), { ...asking, headers: { ...authorization, ...asking.headers } });
  const generation = response.headers.get("Cloudindex-Generation");
  if (generation && !askedFor.value && generation !== answeredFrom.value) {
    if (answeredFrom.value) publications.value += 1;
    answeredFrom.value = generation;
  }
  if (response.status === 401 && usedToken === token.value) wants.value = usedToken ? "other token" : "token";
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Try a token, and keep it if the service takes it.  Throws `Unreachable`. */
export async function enter(text: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${text}` };
  const response = await fetched(address("api/about", { at: "" }), { headers });
  if (!response.ok) return false;
  token.value = text;
  wants.value = "";
  returns.value += 1;
  return true;
}

/** Forget the token, and ask for one. */
export function leave(): void {
  token.value = "";
  wants.value = "token";
}

/** Make sure that the service is there.  Throws `Unreachable`. */
export async function reach(): Promise<void> {
  await fetched(address("healthz", { at: "" }), {});
}

/** Ask for JSON. */
export async function ask<T>(path: string, parameters: Parameters = {}, asking: Asking = {}): Promise<T> {
  const response = await request(path, parameters, { ...asking, headers: { Accept: "application/json", ...asking.headers } });
  return (await response.json()) as T;
}

async function fetched(url: string, { signal, method, body, headers }: Asking): Promise<Response> {
  try {
    const init: RequestInit = { method: method ?? "GET", credentials: "omit", headers: { ...headers } };
    if (signal) init.signal = signal;
    if (body !== undefined) init.body = body;
    const response = await fetch(url, init);
    if (isFromElsewhere(response)) throw new Error(`HTTP ${response.status}`);
    arrived();
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    lost();
    throw new Unreachable(String(error));
  }
}

/** Whether a proxy answers in place of the service, which tells its own troubles as problems. */
function isFromElsewhere({ status, headers }: Response): boolean {
  return [502, 503, 504].includes(status) && !headers.get("Content-Type")?.startsWith("application/problem+json");
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const facts = (await response.json()) as Record<string, unknown>;
    return new Problem(response.status, String(facts.code ?? ""), String(facts.detail ?? response.statusText), facts);
  } catch {
    return new Problem(response.status, `http-${response.status}`, response.statusText || `HTTP ${response.status}`, {});
  }
}

function arrived(): void {
  if (isReachable.value) return;
  isReachable.value = true;
  returns.value += 1;
}

function lost(): void {
  if (!isReachable.value) return;
  isReachable.value = false;
  const look = (): void => {
    fetch(address("healthz", { at: "" }), { credentials: "omit" }).then(
      (response) => (response.ok ? arrived() : setTimeout(look, 2000)),
      () => setTimeout(look, 2000),
    );
  };
  setTimeout(look, 1000);
}
