import { expect, test } from "vitest";

import type { Subgraph } from "../api/graph";
import { add, ALL, clear, collapse, expand, expansionOf, groupOf, isHidden, nextLimit, pin, toggleHidden } from "./graph";
import { begin, note, redo, undo } from "./graphHistory";
import { bent, pictureOf } from "./graphPicture";
import { layOut, placesOf } from "./graphForces";
import { pairsOf, placed, seedOf, stagesOf, wishOf } from "./graphPlaces";
import { decode, EMPTY, encode, type View } from "./view";

const VIEW: View = { ...EMPTY, place: "graph" };
const USES = { relation: "uses", direction: "out", type: "Tool" } as const;
const HOSTS = { relation: "hosts", direction: "in", type: "" } as const;

const node = (slug: string, type = "Tool", expansion = -1) => ({ slug, name: slug, type, neighbours: 3, omitted: 0, expansion });
const edge = (source: string, target: string, relation = "uses", inferred = false) => ({ id: `${source}-${relation}-${target}`, source, target, relation, inferred });

const PART: Subgraph = {
  nodes: [node("a", "Hub"), node("z"), node("b", "Tool", 0), node("c", "Tool", 0), node("d", "Cloud", 1)],
  edges: [edge("a", "b"), edge("a", "c"), edge("c", "d", "hosts"), edge("b", "a", "hosts"), edge("a", "b", "dependsOn", true)],
  expansions: [{ slug: "a", total: 5, shown: 2 }, { slug: "c", total: 1, shown: 1 }],
  omitted_nodes: 0,
  omitted_edges: 0,
  truncated: false,
  unknown: [],
};

test("what is added is shown, looked at, and no longer hidden", () => {
  const hidden = toggleHidden(add(VIEW, ["a"]), { kind: "entity", key: "a" });

  const view = add(hidden, ["a", "b"]);

  expect([view.shown, view.selection, view.hidden]).toEqual([["a", "b"], "b", []]);
});

test("expanding again changes how many are shown, not how often", () => {
  const view = expand(expand(VIEW, "a", USES), "a", USES, 100);

  expect(view.expanded).toEqual([{ entity: "a", ...USES, limit: 100 }]);
});

test("more is shown as long as the graph holds more", () => {
  expect([nextLimit(0, 60), nextLimit(100, 200), nextLimit(980, 990)]).toEqual([100, 150, 1000]);
  expect([nextLimit(1000, 990), nextLimit(50, 1000)]).toEqual([undefined, undefined]);
});

test("taking one kind away from all leaves each of the others", () => {
  const view = collapse(expand(VIEW, "a"), "a", USES, [USES, HOSTS]);

  expect(view.expanded).toEqual([{ entity: "a", ...HOSTS, limit: 0 }]);
  expect(view.shown).toEqual(["a"]);
  expect(expansionOf(view, "a", USES)).toBeUndefined();
});

test("collapsing leaves what others brought", () => {
  const view = collapse(expand(expand(VIEW, "a"), "b", USES), "a");

  expect(view.expanded).toEqual([{ entity: "b", ...USES, limit: 0 }]);
});

test("an expansion of all shows every kind", () => {
  expect(expansionOf(expand(VIEW, "a"), "a", HOSTS)).toMatchObject(ALL);
});

test("what no document describes is expanded alone, and all of a relation is something else", () => {
  const view = expand(VIEW, "a", groupOf({ relation: "uses", direction: "out", type: "" }));

  expect(encode(view)).toContain("expand=a:uses:out:-");
  expect(wishOf(decode(encode(view)), []).expand).toEqual([{ entity: "a", relation: "uses", direction: "out", type: "-", limit: 50 }]);
  expect(groupOf(USES)).toEqual(USES);
});

test("hiding twice shows again, and what is hidden is not looked at", () => {
  const hidden = toggleHidden(add(VIEW, ["a"]), { kind: "entity", key: "a" });

  expect([isHidden(hidden, { kind: "entity", key: "a" }), hidden.selection]).toEqual([true, ""]);
  expect(toggleHidden(hidden, { kind: "entity", key: "a" }).hidden).toEqual([]);
});

test("a pin is where the address says, and can be let go", () => {
  const pinned = pin(add(VIEW, ["a"]), "a", { x: 1.23456, y: -7 });

  expect(decode(encode(pinned)).pinned).toEqual([{ entity: "a", x: 1.23, y: -7 }]);
  expect(pin(pinned, "a").pinned).toEqual([]);
});

test("an empty graph keeps how one reads it", () => {
  const view = clear({ ...expand(VIEW, "a"), options: { inferred: "1", from: "a", to: "b" } });

  expect([view.shown, view.expanded, view.options]).toEqual([[], [], { inferred: "1" }]);
});

test("undo leads back and redo ahead, and looking is no deed", () => {
  const [one, two] = [add(VIEW, ["a"]), add(add(VIEW, ["a"]), ["b"])];
  const done = note(note(note(begin(VIEW), one), { ...one, selection: "x" }), two);

  expect(undo(done).present.shown).toEqual(["a"]);
  expect(undo(undo(undo(done))).present.shown).toEqual([]);
  expect(redo(undo(done)).present).toEqual(two);
  expect(redo(done)).toBe(done);
});

test("the browser's own way back is an undo, and a new deed ends what could be redone", () => {
  const one = add(VIEW, ["a"]);
  const back = note(note(begin(VIEW), one), VIEW);

  expect([back.past.length, back.future.length]).toEqual([0, 1]);
  expect(note(back, add(VIEW, ["c"])).future).toEqual([]);
  expect(note(back, one).past.length).toBe(1);
});

test("counts are those of what is listed", () => {
  const all = pictureOf(PART, []);

  expect(all.types).toEqual([
    { key: "Tool", count: 3, isHidden: false }, { key: "Cloud", count: 1, isHidden: false }, { key: "Hub", count: 1, isHidden: false },
  ]);
  for (const { key, count } of all.types) expect(all.nodes.filter((one) => one.type === key).length).toBe(count);
  for (const { key, count } of all.relations) expect(all.edges.filter((one) => one.relation === key).length).toBe(count);
});

test("what is hidden takes its edges along and stays in the legend", () => {
  const picture = pictureOf(PART, [{ kind: "type", key: "Cloud" }, { kind: "relation", key: "uses" }, { kind: "entity", key: "b" }]);

  expect(picture.nodes.map((one) => one.slug)).toEqual(["a", "z", "c"]);
  expect(picture.edges).toEqual([]);
  expect(picture.types.find((one) => one.key === "Cloud")).toEqual({ key: "Cloud", count: 1, isHidden: true });
  expect(picture.relations).toEqual([{ key: "uses", count: 1, isHidden: true }]);
  expect(picture.hiddenNodes.map((one) => one.slug)).toEqual(["b"]);
});

test("parallel edges are bent apart, whichever way they lead", () => {
  const lines = bent(PART.edges);
  const between = lines.filter((one) => [one.source, one.target].sort().join() === "a,b");
  const sides = between.map((one) => one.bend * (one.source < one.target ? 1 : -1));

  expect(new Set(sides).size).toBe(3);
  expect(lines.find((one) => one.target === "c")?.bend).toBe(0);
});

test("nodes come in stages, near what brought them", () => {
  expect(stagesOf(PART)).toEqual([[["a", ""], ["b", "a"], ["c", "a"]], [["d", "c"]], [["z", ""]]]);
});

const pairs = PART.edges.map((one) => [one.source, one.target] as const);

test("the same view is arranged the same, at once or step by step", () => {
  const stages = stagesOf(PART);
  const stepwise = stages.reduce<ReturnType<typeof layOut>>((before, _, place) => layOut(stages.slice(0, place + 1), pairs, before), []);

  const atOnce = layOut(stages, pairs);

  const places = placesOf(stages, atOnce);
  expect(placesOf(stages, stepwise)).toEqual(places);
  expect([...places.keys()].sort()).toEqual(["a", "b", "c", "d", "z"]);
  expect([...places.values()].every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
});

test("what is the same as before is not arranged again", () => {
  const stages = stagesOf(PART);
  const before = layOut(stages.slice(0, 2), pairs);

  const after = layOut(stages, pairs, before);

  expect(after[1]).toBe(before[1]);
});

test("expanding something else leaves what was arranged before", () => {
  const before = stagesOf(PART);

  const after = stagesOf({ ...PART, expansions: [...PART.expansions, { slug: "z", total: 0, shown: 0 }] });

  expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
});

test("what is cut off behind the most edges draws nothing together, and what brought a node always does", () => {
  const others = Array.from({ length: 2990 }, (_, place) => edge("a", "z", `r${place}`));
  const brought = PART.edges.filter((one) => one.source !== "z" && one.target !== "z");

  const few = pairsOf({ ...PART, edges: [...brought, ...others] });
  const more = pairsOf({ ...PART, nodes: [...PART.nodes, node("e", "Cloud", 1)], edges: [...brought, edge("c", "e"), ...others.slice(0, -1)] });

  expect(few.length).toBe(brought.length + 2000);
  expect(more.filter(([, target]) => target !== "e")).toEqual(few);
  expect(more).toContainEqual(["c", "e"]);
});

test("what is pinned stays where it was put, and takes along what it brought", () => {
  const places = new Map(PART.nodes.map((one) => [one.slug, seedOf(one.slug)]));

  const moved = placed(places, PART, [{ entity: "c", x: 100, y: 50 }]);

  const [from, to] = [places.get("d"), moved.get("d")];
  const [c] = [places.get("c")];
  expect(moved.get("c")).toEqual({ x: 100, y: 50 });
  expect((to?.x ?? 0) - (from?.x ?? 0)).toBeCloseTo(100 - (c?.x ?? 0));
  expect(moved.get("b")).toEqual(places.get("b"));
});

test("what is asked for is what the view holds, and no more than may be asked", () => {
  const many = Array.from({ length: 1500 }, (_, place) => `e${place}`);

  const wish = wishOf({ ...expand(VIEW, "a", USES, 70_000), options: { inferred: "1" }, shown: ["a"] }, many);

  expect(wish.entities.length).toBe(1000);
  expect(wish.expand).toEqual([{ entity: "a", ...USES, limit: 1000 }]);
  expect(wish.inferred).toBe(true);
});
