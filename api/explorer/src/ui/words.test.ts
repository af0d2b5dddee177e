import { expect, test } from "vitest";

import { around, pieces } from "./words";

test("marks are counted in characters, not in halves of them", () => {
  expect(pieces("☁️ 😀 Kube", [[5, 9]]).at(-1)).toEqual({ text: "Kube", isMarked: true });
});

test("pieces put together are the text", () => {
  for (const marks of [[], [[0, 3]], [[2, 5], [1, 3]], [[3, 99]], [[4, 4]]] as [number, number][][]) {
    expect(pieces("Kubespray", marks).map((one) => one.text).join("")).toBe("Kubespray");
  }
});

test("the name of the other end is found at its end of a sentence", () => {
  expect(around("Kube runs Kube", "Kube", false)).toEqual(["Kube runs ", ""]);
  expect(around("Kube runs Kube", "Kube", true)).toEqual(["", " runs Kube"]);
  expect(around("Kube runs", "Rook", true)).toBeUndefined();
});
