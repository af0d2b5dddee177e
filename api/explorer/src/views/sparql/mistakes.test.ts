import { expect, test } from "vitest";

import { moved, placed, saidIn } from "./mistakes";

const SAID = { message: "“FLTER” is not a word of SPARQL.", line: 2, column: 3, word: "FLTER", suggestions: ["FILTER"] };

test("a mistake is marked from its first to its last letter", () => {
  expect(placed("ASK {\n  FLTER }", SAID, true)).toMatchObject({ from: 8, to: 13, isError: true, suggestions: ["FILTER"] });
});

test("where only the sentence tells the place, that is taken", () => {
  const found = placed("INSERT DATA {}", { ...SAID, message: "Line 1, column 1: INSERT changes the graph.", line: 0, column: 0, word: "" }, true);

  expect(found).toMatchObject({ from: 0, to: 6, line: 1, message: "INSERT changes the graph." });
});

test("a mistake without a place, or beyond the end, marks nothing that is not there", () => {
  expect(placed("ASK", { ...SAID, message: "No.", line: 0 }, true)).toMatchObject({ from: 0, to: 0, line: 0 });
  expect(placed("ASK", { ...SAID, line: 1, column: 4, word: "" }, true)).toMatchObject({ from: 3, to: 3 });
});

test("a problem that names a place speaks of the query, and another does not", () => {
  const facts = { line: 1, column: 2, word: "x", suggestions: ["y"] };

  expect(saidIn("Line 1, column 2: no x. Did you mean y?", facts)).toEqual({ ...facts, message: "Line 1, column 2: no x." });
  expect(saidIn("The query was stopped.", { limit: 3 })).toBeUndefined();
});

test("marks stay at their words while the text around them changes, and leave words that are changed", () => {
  const earlier = "SELECT ?x { FLTER(1) . ?x a ci:Clint }";
  const marks = ["FLTER", "ci:Clint"].map((word) => ({ from: earlier.indexOf(word), to: earlier.indexOf(word) + word.length }));
  const words = (text: string): string[] => moved(marks, earlier, text).map((one) => text.slice(one.from, one.to));

  expect(words(earlier)).toEqual(["FLTER", "ci:Clint"]);
  expect(words(earlier.replace("FLTER", "FILTER"))).toEqual(["ci:Clint"]);
  expect(words(earlier.replace("ci:Clint", "ci:Client"))).toEqual(["FLTER"]);
  expect(words(`# é\n${earlier}`)).toEqual(["FLTER", "ci:Clint"]);
  expect(words(`${earlier} LIMIT 3`)).toEqual(["FLTER", "ci:Clint"]);
  expect(words(earlier.replace("FLTER(1)", "FLTERS(1)"))).toEqual(["ci:Clint"]);
  expect(words("")).toEqual([]);
});
