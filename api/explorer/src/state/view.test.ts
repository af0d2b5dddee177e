import { expect, test } from "vitest";

import { decode, EMPTY, encode, PLACES, type View } from "./view";

const FULL: View = {
  place: "graph",
  selection: "document/cloud-index/section/docker",
  shown: ["kubespray", "a,b:c", "é %"],
  expanded: [
    { entity: "kubespray", relation: "uses", direction: "out", type: "Client", limit: 50 },
    { entity: "ansible", relation: "", direction: "both", type: "", limit: 0 },
  ],
  hidden: [{ kind: "type", key: "Vendor" }, { kind: "entity", key: "x:y" }],
  pinned: [{ entity: "rook", x: -1.25, y: 300 }],
  query: "SELECT * { ?s ?p \"a & b = c # d\" }\n# é",
  generation: "12",
  options: { type: "Client,Vendor", sort: "-relations" },
};

test("a view survives its address", () => {
  expect(decode(encode(FULL))).toEqual(FULL);
});

test.each(PLACES)("an empty view of %s survives its address", (place) => {
  expect(decode(encode({ ...EMPTY, place }))).toEqual({ ...EMPTY, place });
});

test("the address of the beginning is short", () => {
  expect(encode(EMPTY)).toBe("#/");
});

test("an address can be read by people", () => {
  const view: View = { ...EMPTY, place: "graph", shown: ["rook", "ceph"], hidden: [{ kind: "type", key: "Vendor" }] };

  expect(encode(view)).toBe("#/graph?show=rook,ceph&hide=type:Vendor");
});

test.each(["", "#", "#/nowhere", "#/entity/%E0%A4%A", "#/graph?expand=,:,::&hide=all:x,type&pin=a:b:c&at=-1&&==&q"])(
  "%s is read as far as it goes",
  (hash) => {
    const view = decode(hash);

    expect([view.expanded, view.hidden, view.pinned, view.generation]).toEqual([[], [], [], ""]);
  },
);

test("words that are looked for are in the address", () => {
  const view: View = { ...EMPTY, place: "browse", options: { words: "a & b" } };

  expect(encode(view)).toBe("#/browse?words=a%20%26%20b");
  expect(decode(encode(view))).toEqual(view);
});

test("an address is not rewritten by being read", () => {
  for (const hash of ["#/entity/rook", "#/sparql?q=ASK%20%7B%7D", encode(FULL)]) expect(encode(decode(hash))).toBe(hash);
});
