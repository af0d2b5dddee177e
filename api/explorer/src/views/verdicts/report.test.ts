import { expect, test } from "vitest";

import { annotated, byDocument, countsOf, kindOf, marked, rangeIn, type Report, type Verdict } from "./report";

function verdict(line: number, column = 1, length = 0, path = "data/a.yaml"): Verdict {
  return {
    severity: "violation", place: { path, line, column }, document: "a", code: "type-unknown", message: "", entity: "", entry: "", fix: "",
    suggestions: [], replacements: [], length, excerpt: "", status: "new", since: null, summary: "", help: "",
  };
}

test("verdicts are told by document, in their order", () => {
  const [one, two, three] = [verdict(1), verdict(2, 1, 0, "data/b.yaml"), verdict(3)];

  expect(byDocument([one, two, three])).toEqual([["data/a.yaml", [one, three]], ["data/b.yaml", [two]]]);
});

test("all that is meant in a line is marked, counted in characters as people do", () => {
  const shown = (line: string, ...marks: [number, number][]): string =>
    marked(line, marks.map(([column, length]) => ({ column, length }))).map((one) => (one.isMeant ? `[${one.text}]` : one.text)).join("");

  expect(shown("😀 type: Clint", [9, 5])).toBe("😀 type: [Clint]");
  expect(shown("abcdef", [2, 0], [5, 2])).toBe("a[b]cd[ef]");
  expect(shown("abcdef", [1, 3], [2, 3])).toBe("[abcd]ef");
  expect(shown("abc", [0, 3], [9, 3])).toBe("abc");
  expect(shown("", [1, 3])).toBe("");
});

test("lines near a verdict are shown with it, others are left out", () => {
  const text = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`).join("\r\n");

  const lines = annotated(text, [verdict(3), verdict(15), verdict(0), verdict(99)], 1);

  expect(lines.map((one) => one.number)).toEqual([2, 3, 4, 14, 15, 16]);
  expect(lines[1]).toMatchObject({ text: "line 3", verdicts: [{ code: "type-unknown" }] });
});

test("a place is found in a text whatever its line ends", () => {
  const text = "a\r\n😀 Clint\rb";

  expect(text.slice(...rangeIn(text, verdict(2, 3, 5)))).toBe("Clint");
  expect(rangeIn(text, verdict(0))).toEqual([0, 0]);
  expect(rangeIn("", verdict(7, 7, 7))).toEqual([0, 0]);
});

test.each([
  ["", "note.YML", ".yaml"],
  ["", "a.b.ttl", ".ttl"],
  ["entities:\n  a: {}", "", ".yaml"],
  ["@prefix ci: <x:> .", "", ".ttl"],
  ["<x:a> <x:b> <x:c> .", "", ".nt"],
  ['{"@id": "x"}', "", ".jsonld"],
  ["<?xml version='1.0'?>", "", ".rdf"],
  ["# Title\n\ntext", "note.txt", ".md"],
  ["anything", "", ".yaml"],
])("%j called %j is of the kind %s", (text, name, kind) => {
  expect(kindOf(text, name)).toBe(kind);
});

test("fixed verdicts are counted where they alone are asked for", () => {
  const report: Report = {
    total: 0, conforms: true, generation: 2, against: 1, severities: { violation: 0, warning: 2, info: 0 }, statuses: { new: 0, "still-there": 2, fixed: 2 },
    codes: { "name-close": 2 }, documents: { b: 2 }, problems: [], fixed: [verdict(1), verdict(2)],
  };

  expect(countsOf(report, "severity", false)).toEqual({ violation: 0, warning: 2, info: 0 });
  expect(countsOf(report, "severity", true)).toEqual({ violation: 2 });
  expect(countsOf(report, "document", true)).toEqual({ a: 2 });
  expect(countsOf(report, "status", true)).toEqual({ new: 0, "still-there": 2, fixed: 2 });
});
