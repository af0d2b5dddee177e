import { expect, test } from "vitest";

import { countTypes } from "./counting";

const of = (type: string, slug: string) => ({ slug, name: slug, type });

test("types are counted, the most first", () => {
  const { values, distinct } = countTypes([of("Client", "a"), of("Vendor", "b"), of("Client", "c")]);

  expect(values.map((one) => [one.value, one.count])).toEqual([["Client", 2], ["Vendor", 1]]);
  expect(distinct).toBe(2);
});
