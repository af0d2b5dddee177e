import { expect, test } from "vitest";

import { nextCursor } from "./links";

test("where a list goes on is read from its links", () => {
  expect(nextCursor('</api/validation?limit=1&cursor=Mjox>; rel="next"')).toBe("Mjox");
  expect(nextCursor('</x?cursor=A>; rel="first", </x?q=a,b&cursor=B-_>; rel=next')).toBe("B-_");
  expect(nextCursor('</x>; rel="first"')).toBe("");
  expect(nextCursor(null)).toBe("");
});
