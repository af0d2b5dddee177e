// The queries that were asked last, kept in this browser alone.

const KEY = "cloudindex.queries";
const MOST = 50;
const LONGEST = 20_000;

/** Return a list with *query* at its beginning, once, and no longer than it may be. */
export function added(queries: readonly string[], query: string): readonly string[] {
  const text = query.trim();
  if (!text || text.length > LONGEST) return queries;
  return [text, ...queries.filter((one) => one !== text)].slice(0, MOST);
}

/** Return the queries that are kept, the last one first. */
export function kept(): readonly string[] {
  try {
    return parsed(localStorage.getItem(KEY));
  } catch {
    return []; // a browser may keep nothing
  }
}

/** Keep *queries*. */
export function keep(queries: readonly string[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(queries));
  } catch {
    // then they are forgotten with the page
  }
}

/** Return what a text holds that was kept; nothing where something else stands there. */
export function parsed(text: string | null): readonly string[] {
  try {
    const found: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}
