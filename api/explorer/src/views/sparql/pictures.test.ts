import { expect, test } from "vitest";

import { chartOf, lineOf, MOST_BARS, scaleOf } from "./chart";
import { drawable, fitted, layout, readNetwork } from "./network";
import { type Cell, NONE, type Table } from "./results";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const text = (value: string): Cell => ({ ...NONE, type: "literal", value });
const whole = (value: number): Cell => ({ ...text(String(value)), datatype: `${XSD}integer` });
const day = (value: string): Cell => ({ ...text(value), datatype: `${XSD}date` });
const table = (...rows: Cell[][]): Table => ({ columns: ["one", "two"], rows });

test("names with numbers make bars, in the order of the table", () => {
  const chart = chartOf(table([text("b"), whole(2)], [text("a"), whole(-1)], [text("c"), NONE]));

  expect(chart).toMatchObject({ kind: "bars", label: "one", measure: "two", omitted: 1 });
  expect(chart?.points.map((one) => one.value)).toEqual([2, -1]);
});

test("numbers may stand before the names", () => {
  expect(chartOf(table([whole(2), text("b")]))).toMatchObject({ label: "two", measure: "one" });
});

test("dates and numbers make a line from the first to the last", () => {
  const chart = chartOf(table([day("2024-03-01"), whole(3)], [day("2024-01-01"), whole(1)], [day("2024-02-01"), whole(2)]));

  expect(chart?.kind).toBe("line");
  expect(chart?.points.map((one) => one.value)).toEqual([1, 2, 3]);
  expect(chartOf(table([whole(1), whole(3)], [whole(3), whole(1)], [whole(2), whole(2)]))?.kind).toBe("line");
});

test("without a column of numbers and another one there is no chart", () => {
  expect(chartOf(table([text("a"), text("b")]))).toBeUndefined();
  expect(chartOf({ columns: ["n"], rows: [[whole(1)]] })).toBeUndefined();
  expect(chartOf(table())).toBeUndefined();
  expect(chartOf(table([text("a"), NONE]))).toBeUndefined();
});

test("what is too much to draw is counted", () => {
  const chart = chartOf(table(...Array.from({ length: MOST_BARS + 5 }, (_, at) => [text(`n${at}`), whole(at)])));

  expect([chart?.points.length, chart?.omitted]).toEqual([MOST_BARS, 5]);
});

test("scales begin at nought and hold values below it", () => {
  const points = [-1, 3].map((value, at) => ({ cell: text(""), at, value }));

  expect([scaleOf(points).of(-1), scaleOf(points).of(0), scaleOf(points).of(3)]).toEqual([0, 0.25, 1]);
  expect(lineOf(points, 100, 40)).toBe("0,40 100,0");
  expect(lineOf([{ cell: text(""), at: 4, value: 0 }], 100, 40)).toBe("0,40");
});

const FOUND = {
  nodes: [{ id: "rook", label: "Rook", iri: "http://x/rook", type_label: "operator", colour: "#123456" }, { id: "ceph", label: "Ceph" }, { id: "lone" }],
  links: [{ id: "e1", source: "rook", target: "ceph", label: "operates", sentence: "Rook operates Ceph", inferred: true }],
};

test("a network is read with the sentence of each edge", () => {
  const network = readNetwork(FOUND);

  expect(network.nodes[0]).toEqual({ id: "rook", label: "Rook", iri: "http://x/rook", type: "operator", colour: "#123456" });
  expect(network.nodes[2]?.label).toBe("lone");
  expect(network.edges[0]).toMatchObject({ sentence: "Rook operates Ceph", isInferred: true });
  expect(readNetwork({})).toEqual({ nodes: [], edges: [] });
});

test("of a large network the nodes with most edges are drawn", () => {
  const part = drawable(readNetwork(FOUND), 2);

  expect([part.nodes.map((one) => one.id), part.edges.length]).toEqual([["rook", "ceph"], 1]);
});

test("a layout is always the same, fits its field, and puts what is connected side by side", () => {
  const network = readNetwork(FOUND);
  const places = layout(network);
  const far = (one: string, other: string): number => Math.hypot((places.get(one)?.x ?? 0) - (places.get(other)?.x ?? 0), (places.get(one)?.y ?? 0) - (places.get(other)?.y ?? 0));

  expect(layout(network)).toEqual(places);
  expect(far("rook", "ceph")).toBeLessThan(far("rook", "lone"));
  for (const place of fitted(places, 300, 200, 40).values()) {
    expect(place.x).toBeGreaterThanOrEqual(39.9);
    expect(place.x).toBeLessThanOrEqual(260.1);
    expect(place.y).toBeLessThanOrEqual(160.1);
  }
  expect(fitted(layout({ nodes: network.nodes.slice(0, 1), edges: [] }), 300, 200, 40).get("rook")).toEqual({ x: 150, y: 100 });
});
