import { expect, test } from "vitest";

import { type Attempts, attemptsAfter } from "./attempts";

/** Count over steps of how often the service has come back, and whether there is an error then. */
function counted(...steps: readonly (readonly [number, boolean])[]): readonly number[] {
  let attempts: Attempts = { count: 0, returns: 3 };
  return steps.map(([returns, hasFailed]) => (attempts = attemptsAfter(attempts, returns, hasFailed)).count);
}

test("what fails is not asked again at once, nor when it has come at last", () => {
  expect(counted([3, false], [3, true], [3, true], [3, false])).toEqual([0, 0, 0, 0]);
});

test("what failed is asked once more each time the service is back", () => {
  expect(counted([3, true], [4, true], [4, true], [4, false], [4, true], [5, true])).toEqual([0, 1, 1, 1, 1, 2]);
});

test("what came in good order is not asked again", () => {
  expect(counted([4, false], [4, true], [5, false])).toEqual([0, 0, 0]);
});
