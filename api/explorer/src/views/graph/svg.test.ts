import { expect, test } from "vitest";

import { toSvg } from "./svg";

test("a drawing holds every node and edge, and no name can do harm", () => {
  const nodes = ["a", "b"].map((slug) => ({ slug, name: `<script>alert("${slug}")</script>`, type: "T", neighbours: 2, omitted: 0, expansion: -1 }));
  const edge = { id: "e", source: "a", target: "b", relation: "r", bend: 0.2 };
  const picture = { nodes, edges: [{ ...edge, inferred: false }, { ...edge, id: "f", inferred: true, bend: 0 }], types: [], relations: [], hiddenNodes: [] };

  const svg = toSvg({
    picture,
    places: new Map([["a", { x: 0, y: 0 }], ["b", { x: 10, y: 5 }]]),
    look: { paper: "#ffffff", ink: "#000000", soft: "#555555", font: 'a, "b"' },
    colour: () => "#123456",
    relation: () => ({ label: "r & s", isSymmetric: false }),
    title: "T",
  });

  expect(svg).not.toContain("<script");
  expect(svg.match(/<circle/g)?.length).toBe(2);
  expect(svg.match(/<path d="M[^>]*stroke-dasharray/g)?.length).toBe(1);
  expect(svg).toContain("r &amp; s");
  expect(svg).not.toContain("NaN");
});
