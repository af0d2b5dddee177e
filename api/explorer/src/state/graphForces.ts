// The layout: stage after stage, with forces between nodes.  The same input gives the same places.  Pure.
import { DirectedGraph } from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";

import { hashOf, seedOf, type Place, type Stage } from "./graphPlaces";

export type Pair = readonly [source: string, target: string];

/** What was laid out up to a stage, so that the next view need not begin from nothing. */
export interface Step {
  readonly key: string;
  /** Across and up of each node, in the order in which they came. */
  readonly numbers: Float64Array;
}

const SPREAD = 60;
// How much work a stage of newcomers alone may be: nodes times rounds.
const WORK = 24_000;
const [FEWEST, MOST] = [4, 260];

/** Lay out nodes stage by stage; *before* is what an earlier call returned, and what is the same in it is kept. */
export function layOut(stages: readonly Stage[], pairs: readonly Pair[], before: readonly Step[] = []): Step[] {
  const coming = arrivals(stages, pairs);
  const keys = keysOf(stages, coming);
  const change = keys.findIndex((key, place) => before[place]?.key !== key);
  const kept = change < 0 ? keys.length : change;
  const steps = before.slice(0, kept);
  if (kept === keys.length) return steps;
  const graph = new DirectedGraph<Place>();
  restore(graph, stages.slice(0, kept), coming.slice(0, kept), steps);
  stages.slice(kept).forEach((stage, place) => {
    join(graph, stage, coming[kept + place] ?? []);
    settle(graph, stage.length);
    steps.push({ key: keys[kept + place] ?? "", numbers: Float64Array.from(graph.mapNodes((_, { x, y }) => [x, y]).flat()) });
  });
  return steps;
}

/** Return where each node is after the last step. */
export function placesOf(stages: readonly Stage[], steps: readonly Step[]): Map<string, Place> {
  const { numbers } = steps.at(-1) ?? { numbers: new Float64Array() };
  return new Map(stages.flat().map(([slug], at) => [slug, placeAt(numbers, at)]));
}

function placeAt(numbers: Float64Array, at: number): Place {
  return { x: numbers[2 * at] ?? 0, y: numbers[2 * at + 1] ?? 0 };
}

/** Return which pairs are complete with each stage, in an order that belongs to them. */
function arrivals(stages: readonly Stage[], pairs: readonly Pair[]): readonly Pair[][] {
  const arrival = new Map(stages.flatMap((stage, place) => stage.map(([slug]): [string, number] => [slug, place])));
  const coming = stages.map((): Pair[] => []);
  for (const pair of pairs) {
    const [one, other] = [arrival.get(pair[0]), arrival.get(pair[1])];
    if (one !== undefined && other !== undefined && pair[0] !== pair[1]) coming[Math.max(one, other)]?.push(pair);
  }
  return coming.map((links) => links.sort((one, other) => (one.join() < other.join() ? -1 : 1)));
}

/** Return what names each stage with all before it. */
function keysOf(stages: readonly Stage[], coming: readonly Pair[][]): string[] {
  const keys: string[] = [];
  stages.forEach((stage, place) => {
    const [before, links] = [keys.at(-1) ?? "", coming[place] ?? []];
    keys.push(`${hashOf(`${before}|${stage.join(";")}|${links.join(";")}`)}.${stage.length}.${links.length}.${before.slice(0, 40)}`);
  });
  return keys;
}

/** Put nodes where the last of *steps* left them. */
function restore(graph: DirectedGraph<Place>, stages: readonly Stage[], coming: readonly Pair[][], steps: readonly Step[]): void {
  for (const [slug, place] of placesOf(stages, steps)) graph.addNode(slug, { ...place });
  for (const [source, target] of coming.flat()) graph.mergeEdge(source, target);
}

function join(graph: DirectedGraph<Place>, stage: Stage, links: readonly Pair[]): void {
  const isFirst = graph.order === 0;
  for (const [slug, parent] of stage) {
    const seed = seedOf(slug);
    const near = parent && graph.hasNode(parent) ? graph.getNodeAttributes(parent) : { x: 0, y: 0 };
    const spread = isFirst ? SPREAD * 2 : parent ? SPREAD : SPREAD * 3;
    graph.mergeNode(slug, { x: near.x + seed.x * spread, y: near.y + seed.y * spread });
  }
  for (const [source, target] of links) graph.mergeEdge(source, target);
}

/** Let forces work; the fewer newcomers among many, the shorter, since the others are at rest already. */
function settle(graph: DirectedGraph<Place>, newcomers: number): void {
  if (graph.order < 2) return;
  const rounds = Math.max(FEWEST, Math.min(MOST, Math.round((WORK / graph.order) * Math.sqrt(newcomers / graph.order))));
  const settings = {
    gravity: 0.6,
    scalingRatio: 40,
    slowDown: 1 + Math.log(graph.order),
    barnesHutOptimize: graph.order > 120,
    barnesHutTheta: 0.7,
    outboundAttractionDistribution: true,
  };
  forceAtlas2.assign(graph, { iterations: rounds, settings });
}
