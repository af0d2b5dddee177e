import { expect, test } from "vitest";

import { mixed, readable } from "./colours";

test("a dark colour is lighter on dark paper, and a light one is as it is", () => {
  expect(readable("#1d4ed8", false)).toBe("#1d4ed8");
  expect(readable("#1d4ed8", true)).toBe("#567ae2");
  expect(readable("#ffe08a", true)).toBe("#ffe08a");
});

test("whatever is written comes in six digits", () => {
  expect([readable("#abc", false), readable("#11223344", false), readable("blue", false)]).toEqual(["#aabbcc", "#112233", "#6b7280"]);
  expect(mixed("#000000", "#ffffff", 0.5)).toBe("#808080");
});
