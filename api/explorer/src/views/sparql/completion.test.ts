import { expect, test } from "vitest";

import { classKey, countsOf, entityName, entityWords, type Known, offers } from "./completion";
import { contextAt, type Context } from "./context";

const CI = "https://w3id.org/cloudindex/ontology#";
const KNOWN: Known = {
  prefixes: { ci: CI, id: "https://w3id.org/cloudindex/id/", schema: "https://schema.org/" },
  classes: [term("Client", 1), term("ClusterInstaller", 4)],
  relations: [term("deploys", 9), term("offers", 0), term("usesTool", 3)],
  attributes: [term("licence", 0)],
};

function term(key: string, count: number) {
  return { key, iri: `${CI}${key}`, label: key.toLowerCase(), comment: "", count };
}

function at(text: string): Context {
  return contextAt(text.replace("|", ""), text.indexOf("|"), KNOWN.prefixes) as Context;
}

const labels = (text: string, counts?: ReadonlyMap<string, number>): string[] => offers(at(text), KNOWN, counts).map((one) => one.label);

test("a class is offered behind the word for type, the commonest first", () => {
  expect(labels("SELECT * { ?x a |").slice(0, 2)).toEqual(["ci:ClusterInstaller", "ci:Client"]);
});

test("a subject of a known class is offered the relations that its class really has, by number", () => {
  const context = at("SELECT * { ?x a ci:ClusterInstaller ; |");
  const counts = countsOf([{ source: "", relation: "usesTool", count: 1 }, { source: "", relation: "usesTool", count: 4 }, { source: "", relation: "deploys", count: 2 }]);

  const found = offers(context, KNOWN, counts).filter((one) => one.kind === "relation");

  expect(classKey(context, KNOWN)).toBe("ClusterInstaller");
  expect(found.map((one) => [one.label, one.detail])).toEqual([["ci:usesTool", "usestool · 5"], ["ci:deploys", "deploys · 2"]]);
});

test("without a class, or with one that has no relation, all are offered", () => {
  const all = ["a", "ci:deploys", "ci:usesTool", "ci:offers"];

  expect(labels("SELECT * { ?x |").slice(0, 4)).toEqual(all);
  expect(labels("SELECT * { ?x |", new Map()).slice(0, 4)).toEqual(all);
});

test("a relation that the class has not is found when it is typed", () => {
  const counts = new Map([["deploys", 1]]);

  expect(labels("SELECT * { ?x ci:de|", counts)).not.toContain("ci:offers");
  expect(labels("SELECT * { ?x ci:off|", counts)).toContain("ci:offers");
});

test("what every graph has can be asked for, too", () => {
  expect(labels("SELECT * { ?x |")).toEqual(expect.arrayContaining(["schema:name", "ci:licence"]));
});

test("variables are offered where terms stand", () => {
  expect(labels("SELECT ?x { ?y ci:usesTool |")).toEqual(expect.arrayContaining(["?x", "?y"]));
  expect(labels("SELECT ?x { ?y ci:usesTool ?|")).toEqual(["?x", "?y"]);
});

test("keywords are offered where a query begins and where a pattern may stand", () => {
  expect(labels("|")[0]).toBe("SELECT");
  expect(labels("SELECT * { ?x a ci:Client |")).toContain("OPTIONAL");
  expect(labels("SELECT * { ?x a ci:Client FILTER (|")).toContain("CONTAINS");
  expect(labels("SELECT * { <http|")).toEqual([]);
});

test("an entity is searched by what stands behind its prefix", () => {
  expect(entityWords(at("SELECT * { ?x ci:usesTool id:ans|"), KNOWN)).toBe("ans");
  expect(entityWords(at("SELECT * { id:|"), KNOWN)).toBe("");
  expect(entityWords(at("SELECT * { ?x id:|"), KNOWN)).toBeUndefined();
  expect(entityName("kubespray", KNOWN)).toBe("id:kubespray");
  expect(entityName("document/a/b", KNOWN)).toBe("<https://w3id.org/cloudindex/id/document/a/b>");
});
