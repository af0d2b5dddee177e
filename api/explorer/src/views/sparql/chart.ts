// Which chart a table makes, if any: bars by name, or a line along numbers or dates.  Pure.
import { type Cell, isDate, NONE, numberIn, type Table } from "./results";

export const MOST_BARS = 60;
export const MOST_POINTS = 2000;

export interface Point {
  readonly cell: Cell;
  /** Where it stands along the line: a number, or milliseconds; for bars its place. */
  readonly at: number;
  readonly value: number;
}

export interface Chart {
  readonly kind: "bars" | "line";
  readonly label: string;
  readonly measure: string;
  readonly points: readonly Point[];
  /** How many rows are not drawn: those beyond the most, and those without a number. */
  readonly omitted: number;
}

/** Return what is drawn of *table*: a column of numbers along the first other column; undefined where that is not there. */
export function chartOf(table: Table): Chart | undefined {
  const { columns, rows } = table;
  if (columns.length < 2 || !rows.length) return undefined;
  const numeric = columns.map((_, at) => rows.some((row) => cell(row, at).type !== "none") && rows.every((row) => cell(row, at).type === "none" || numberIn(cell(row, at)) !== undefined));
  // Of several columns of numbers the last one measures, and the first one is what it is measured along.
  const measure = numeric.lastIndexOf(true);
  const label = columns.findIndex((_, at) => at !== measure);
  if (measure < 0 || label < 0) return undefined;
  const isLine = rows.every((row) => numeric[label] || isDate(cell(row, label))) && rows.length > 2;
  const points = rows.flatMap((row, place): Point[] => {
    const [value, along] = [numberIn(cell(row, measure)), isLine ? alongOf(cell(row, label)) : place];
    return value === undefined || along === undefined ? [] : [{ cell: cell(row, label), at: along, value }];
  });
  if (!points.length) return undefined;
  const ordered = isLine ? [...points].sort((one, other) => one.at - other.at) : points;
  const shown = ordered.slice(0, isLine ? MOST_POINTS : MOST_BARS);
  return { kind: isLine ? "line" : "bars", label: columns[label] ?? "", measure: columns[measure] ?? "", points: shown, omitted: rows.length - shown.length };
}

/** Return where values lie between the least and the greatest, nought among them, from 0 to 1. */
export function scaleOf(points: readonly Point[]): { least: number; greatest: number; of: (value: number) => number } {
  const values = points.map((one) => one.value);
  const least = values.reduce((one, other) => Math.min(one, other), 0);
  const greatest = values.reduce((one, other) => Math.max(one, other), 0);
  return { least, greatest, of: (value) => (greatest === least ? 0 : (value - least) / (greatest - least)) };
}

/** Return the corners of a line in a field of that size, as SVG wants them. */
export function lineOf(points: readonly Point[], width: number, height: number): string {
  const scale = scaleOf(points);
  const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const across = (at: number): number => (last === first ? 0 : ((at - first) / (last - first)) * width);
  return points.map((one) => `${round(across(one.at))},${round(height - scale.of(one.value) * height)}`).join(" ");
}

function alongOf(cell: Cell): number | undefined {
  const value = numberIn(cell) ?? Date.parse(cell.value);
  return Number.isFinite(value) ? value : undefined;
}

const cell = (row: readonly Cell[], at: number): Cell => row[at] ?? NONE;
const round = (value: number): number => Math.round(value * 10) / 10;
