import { expect, test } from "vitest";

import { contextAt, expanded, shortened } from "./context";
import { declarations, positionOf, placeIn, tokens, undeclared } from "./tokens";

const PREFIXES = { ci: "https://w3id.org/cloudindex/ontology#", id: "https://w3id.org/cloudindex/id/", rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#" };
const CLASS = "https://w3id.org/cloudindex/ontology#ClusterInstaller";

/** Return the context at the bar in *text*. */
function at(text: string) {
  return contextAt(text.replace("|", ""), text.indexOf("|"), PREFIXES);
}

test.each([
  ["|", "head"],
  ["SELECT |", "head"],
  ["SELECT * { |", "subject"],
  ["SELECT * { ?x |", "predicate"],
  ["SELECT * { ?x a |", "object"],
  ["SELECT * { ?x a ci:Client ; |", "predicate"],
  ["SELECT * { ?x a ci:Client , |", "object"],
  ["SELECT * { ?x a ci:Client . |", "subject"],
  ["SELECT * { ?x a ci:Client |", "after"],
  ["SELECT * { ?x ci:uses/|", "predicate"],
  ["SELECT * { ?x (ci:uses/|", "predicate"],
  ["SELECT * { ?x ^ci:uses |", "object"],
  ["SELECT * { ?x ci:uses [ |", "predicate"],
  ["SELECT * { ?x ci:uses [ a ci:Client ] |", "after"],
  ["SELECT * { ?x ci:uses ?y FILTER (|", "expression"],
  ["SELECT * { ?x ci:uses ?y FILTER (?y > 1) |", "subject"],
  ["SELECT * { ?x ci:uses ?y FILTER NOT EXISTS { ?x |", "predicate"],
  ["SELECT * { ?x ci:uses ?y OPTIONAL { |", "subject"],
  ["SELECT * { GRAPH |", "graph"],
  ["SELECT * { GRAPH ?g { ?s |", "predicate"],
  ["SELECT * { VALUES ?x { |", "values"],
  ["SELECT * { VALUES ?x { id:rook } ?x |", "predicate"],
  ["SELECT * { { SELECT |", "head"],
  ["SELECT * { ?x a ci:Client } |", "head"],
  ["PREFIX ci: <x:> CONSTRUCT { ?s |", "predicate"],
])("%s expects a %s", (text, slot) => {
  expect(at(text)?.slot).toBe(slot);
});

test("the class of the subject is known wherever the query says it", () => {
  expect(at("SELECT * { ?x | . ?x a ci:ClusterInstaller }")?.classes).toEqual([CLASS]);
  expect(at(`SELECT * { ?x rdf:type <${CLASS}> ; ci:|`)?.classes).toEqual([CLASS]);
  expect(at("SELECT * { ?y a ci:ClusterInstaller . ?x |")?.classes).toEqual([]);
});

test("what is typed is replaced from its beginning", () => {
  expect(at("SELECT * { ?x ci:us|")).toMatchObject({ typed: "ci:us", from: 14, slot: "predicate", subject: "?x" });
  expect(at("SELECT * { ?x ci:uses id:kub-e|")).toMatchObject({ typed: "id:kub-e", slot: "object", predicate: "ci:uses" });
  expect(at("SELECT ?na|")).toMatchObject({ typed: "?na", slot: "head" });
});

test.each(['SELECT * { ?x ci:name "ab|', "SELECT * # what |", "SELECT * { ?x ci:name '''a\nb|"])("nothing is offered within %s", (text) => {
  expect(at(text)).toBeUndefined();
});

test("variables are those of the whole query, without the one that is being typed", () => {
  expect(at("SELECT ?a| { ?b ci:uses $c }")?.variables).toEqual(["?b", "?c"]);
});

test("names are made longer and shorter", () => {
  expect(expanded("ci:uses", PREFIXES)).toBe(`${PREFIXES.ci}uses`);
  expect(expanded("x:uses", PREFIXES)).toBe("");
  expect(shortened(`${PREFIXES.id}kubespray`, PREFIXES)).toBe("id:kubespray");
  expect(shortened(`${PREFIXES.id}a/b`, PREFIXES)).toBe(`<${PREFIXES.id}a/b>`);
});

test("words are found whatever stands between them", () => {
  const text = 'SELECT ?é{?x ci:a.b "a\\"}" ;<x:y>\'\'\'b\n\'c\'\'\'@en,_:b1 1.5 }#c';

  expect(tokens(text).map((one) => one.text)).toEqual([
    "SELECT", "?é", "{", "?x", "ci:a.b", '"a\\"}"', ";", "<x:y>", "'''b\n'c'''", "@en", ",", "_:b1", "1.5", "}", "#c",
  ]);
});

test("lines and columns count characters as people do", () => {
  expect(positionOf("a\n😀b", 2, 2)).toBe(4);
  expect(positionOf("a\nb", 9, 9)).toBe(3);
  expect(positionOf("", 0, 0)).toBe(0);
  expect(placeIn("Line 3, column 14: no.")).toEqual({ line: 3, column: 14 });
  expect(placeIn("no")).toBeUndefined();
});

test("prefixes that are used and known can be written out", () => {
  const query = "PREFIX ci: <x:> SELECT * { id:rook ci:uses ?x ; rdf:type y:z } # foaf:name";

  expect(undeclared(query, PREFIXES)).toEqual(["id", "rdf"]);
  expect(declarations("ASK { id:rook ?p ?o }", PREFIXES)).toBe("PREFIX id: <https://w3id.org/cloudindex/id/>\n");
});
