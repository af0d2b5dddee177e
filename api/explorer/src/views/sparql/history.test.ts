import { expect, test } from "vitest";

import { added, parsed } from "./history";

test("the last query stands first, and once", () => {
  expect(added(["a", "b"], " b\n")).toEqual(["b", "a"]);
  expect(added(["a"], "  ")).toEqual(["a"]);
  expect(added(["a"], "x".repeat(30_000))).toEqual(["a"]);
  expect(added(Array.from({ length: 60 }, (_, at) => String(at)), "new")).toHaveLength(50);
});

test.each([null, "", "{", "{}", "[1,null]"])("%s holds no queries", (text) => {
  expect(parsed(text)).toEqual([]);
});
