import { expect, test } from "vitest";

import type { Attention } from "./attention";
import { toSvg } from "./svg";

const nodes = ["a", "b", "c"].map((slug) => ({ slug, name: `<script>alert("${slug}")</script>`, type: "T", neighbours: 2, omitted: 0, expansion: -1 }));
const edge = { id: "e", source: "a", target: "b", relation: "r", bend: 0.2 };
const picture = { nodes, edges: [{ ...edge, inferred: false }, { ...edge, id: "f", inferred: true, bend: 0 }], types: [], relations: [], hiddenNodes: [] };
const NOTHING: Attention = { selection: "", edge: "", trail: new Set() };

const drawn = (attention: Attention): string => toSvg({
  picture,
  places: new Map([["a", { x: 0, y: 0 }], ["b", { x: 10, y: 5 }], ["c", { x: 5, y: 9 }]]),
  look: { paper: "#ffffff", ink: "#000000", soft: "#555555", accent: "#0f6070", font: 'a, "b"' },
  attention,
  colour: () => "#123456",
  relation: () => ({ label: "r & s", isSymmetric: false }),
  title: "T",
});

test("a drawing holds every node and edge, and no name can do harm", () => {
  const svg = drawn(NOTHING);

  expect(svg).not.toContain("<script");
  expect(svg.match(/<circle/g)?.length).toBe(3);
  expect(svg.match(/<path d="M[^>]*stroke-dasharray/g)?.length).toBe(1);
  expect(svg).toContain("r &amp; s");
  expect(svg).not.toContain("NaN");
});

test("a drawing shows what is selected, and of a path what is on it", () => {
  expect(drawn({ ...NOTHING, selection: "c" }).match(/<circle[^>]* stroke="#0f6070"/g)?.length).toBe(1);

  const svg = drawn({ ...NOTHING, trail: new Set(["a", "e", "b"]) });

  expect(svg.match(/<path d="M[^>]*stroke="#0f6070"[^>]*url\(#lit\)/g)?.length).toBe(1);
  expect(svg.match(/stroke-opacity="0.15"/g)?.length).toBe(1);
  expect(svg.match(/<text/g)?.length).toBe(2);
});
