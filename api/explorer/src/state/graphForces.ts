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
// How much work a stage may be: nodes times rounds.
const WORK = 24_000;
const [FEWEST, MOST] = [15, 260];

/** Lay out nodes stage by stage; *before* is what an earlier call returned, and what is the same in it is kept. */
export function layOut(stages: readonly Stage[], pairs: readonly Pair[], before: readonly Step[] = []): Step[] {
  const arrival = new Map(stages.flatMap((stage, place) => stage.map(([slug]): [string, number] => [slug, place])));
  const coming = stages.map((): Pair[] => []);
  for (const pair of pairs) {
    const [one, other] = [arrival.get(pair[0]), arrival.get(pair[1])];
    if (one !== undefined && other !== undefined && pair[0] !== pair[1]) coming[Math.max(one, other)]?.push(pair);
  }
  const graph = new DirectedGraph<Place>();
  const steps: Step[] = [];
  let key = "";
  let isSame = true;
  stages.forEach((stage, place) => {
    const links = [...(coming[place] ?? [])].sort((one, other) => (one.join() < other.join() ? -1 : 1));
    key = `${hashOf(`${key}|${stage.join(";")}|${links.join(";")}`)}.${stage.length}.${links.length}.${key.slice(0, 40)}`;
    const known = isSame ? before[place] : undefined;
    isSame = known?.key === key;
    join(graph, stage, links);
    if (known && isSame) graph.nodes().forEach((slug, at) => graph.replaceNodeAttributes(slug, placeAt(known.numbers, at)));
    else settle(graph);
    steps.push(known && isSame ? known : { key, numbers: Float64Array.from(graph.mapNodes((_, { x, y }) => [x, y]).flat()) });
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

function settle(graph: DirectedGraph<Place>): void {
  if (graph.order < 2) return;
  const rounds = Math.max(FEWEST, Math.min(MOST, Math.round(WORK / graph.order)));
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
