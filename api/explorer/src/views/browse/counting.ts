// What is counted in a list that is here as a whole.  Pure.
import type { Summary } from "../../api/types";
import type { Counted } from "./Values";

/** Return the types of *items* with how many there are of each, the most first. */
export function countTypes(items: readonly Summary[]): Counted {
  const counts = new Map<string, number>();
  for (const { type } of items) counts.set(type, (counts.get(type) ?? 0) + 1);
  const values = [...counts].map(([value, count]) => ({ value, label: value, count })).sort((one, other) => other.count - one.count);
  return { values, distinct: values.length };
}
