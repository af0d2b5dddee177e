// The layout, beside the page.  It remembers the last one.
import { layOut, type Pair, placesOf, type Step } from "../../state/graphForces";
import type { Stage } from "../../state/graphPlaces";

export interface Order {
  readonly number: number;
  readonly stages: readonly Stage[];
  readonly pairs: readonly Pair[];
}

export interface Arranged {
  readonly number: number;
  readonly places: readonly (readonly [slug: string, x: number, y: number])[];
}

let steps: readonly Step[] = [];

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  steps = layOut(data.stages, data.pairs, steps);
  const places = [...placesOf(data.stages, steps)].map(([slug, { x, y }]) => [slug, x, y] as const);
  postMessage({ number: data.number, places } satisfies Arranged);
});
