import { expect, test } from "vitest";

import type { ResultTable } from "../../api/types";
import { type Cell, filtered, NONE, numberIn, page, PAGE, readTable, readTriples, sorted, type Table, toClipboard, toCsv, toJson, toTsv } from "./results";

const INTEGER = "http://www.w3.org/2001/XMLSchema#integer";
const text = (value: string): Cell => ({ ...NONE, type: "literal", value });
const whole = (value: number): Cell => ({ ...text(String(value)), datatype: INTEGER });
const iri = (value: string): Cell => ({ ...NONE, type: "uri", value });
const TABLE: Table = { columns: ["name", "count"], rows: [[text("b, \"c\""), whole(10)], [iri("http://a/é"), whole(9)], [text("x\ty\nz"), NONE]] };

const FOUND: ResultTable = {
  head: { vars: ["name", "count"] },
  results: {
    bindings: [
      { name: { type: "literal", value: "é", "xml:lang": "fr" }, count: { type: "literal", value: "2", datatype: INTEGER } },
      { name: { type: "uri", value: "http://a/" } },
    ],
  },
};

function table(found: ReturnType<typeof readTable>): Table {
  return found.kind === "truth" ? { columns: [], rows: [] } : found.table;
}

test("a table is read, and written as it came", () => {
  const read = table(readTable(FOUND));

  expect(read.rows[1]).toEqual([iri("http://a/"), NONE]);
  expect(JSON.parse(toJson(read))).toEqual(FOUND);
});

test("yes and no are read", () => {
  expect(readTable({ head: {}, boolean: false })).toEqual({ kind: "truth", value: false });
});

test("triples are read whatever they hold", () => {
  const lines = [
    '<http://a> <http://p> "x \\"y\\" \\u00e9\\n> ."@en .',
    '_:b1 <http://p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    '<http://a> <http://p> <<( <http://s> <http://p> ")>>" )>> .',
    "",
  ];

  const { rows } = table(readTriples(lines.join("\n")));

  expect(rows).toHaveLength(3);
  expect(rows[0]?.[2]).toEqual({ ...text('x "y" é\n> .'), language: "en" });
  expect(rows[1]?.[0]).toEqual({ ...NONE, type: "bnode", value: "b1" });
  expect(numberIn(rows[1]?.[2] ?? NONE)).toBe(1);
  expect(rows[2]?.[2]).toEqual({ ...NONE, type: "triple", value: '<<( <http://s> <http://p> ")>>" )>>' });
});

test("numbers are sorted by their value, and what is empty stands last either way", () => {
  const values = (order: string) => sorted(TABLE, order).rows.map((row) => row[1]?.value);

  expect(values("count")).toEqual(["9", "10", ""]);
  expect(values("-count")).toEqual(["10", "9", ""]);
  expect(values("nothing")).toEqual(["10", "9", ""]);
});

test("rows are found by words in any of their cells, in whatever case", () => {
  expect(filtered(TABLE, "É 9").rows).toEqual([TABLE.rows[1]]);
  expect(filtered(TABLE, " ").rows).toHaveLength(3);
  expect(filtered(TABLE, "nothing").rows).toEqual([]);
});

test("pages hold a part each and never lead beyond the last", () => {
  const long = { columns: ["n"], rows: Array.from({ length: PAGE + 1 }, (_, at) => [whole(at)]) };

  expect(page(long, 2)).toEqual({ rows: [[whole(PAGE)]], number: 2, pages: 2 });
  expect(page(long, 99).number).toBe(2);
  expect(page({ ...long, rows: [] }, Number.NaN)).toEqual({ rows: [], number: 1, pages: 1 });
});

test("tables are written as the standards say", () => {
  expect(toCsv(TABLE)).toBe('name,count\r\n"b, ""c""",10\r\nhttp://a/é,9\r\n"x\ty\nz",\r\n');
  expect(toTsv(TABLE)).toBe(`?name\t?count\n"b, \\"c\\""\t"10"^^<${INTEGER}>\n<http://a/é>\t"9"^^<${INTEGER}>\n"x\\ty\\nz"\t\n`);
  expect(toClipboard(TABLE)).toBe('name\tcount\nb, "c"\t10\nhttp://a/é\t9\nx y z\t');
});
