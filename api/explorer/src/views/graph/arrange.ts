// Where the nodes of a part are, asked of the worker; only the newest answer counts.
import { useEffect, useState } from "preact/hooks";

import type { Subgraph } from "../../api/graph";
import { pairsOf, type Places, stagesOf } from "../../state/graphPlaces";
import type { Arranged, Order } from "./layout.worker";

let worker: Worker | undefined;
let latest = 0;

function arrange(part: Subgraph, done: (places: Places) => void): () => void {
  worker ??= new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
  const number = ++latest;
  const at = worker;
  const listen = ({ data }: MessageEvent<Arranged>): void => {
    if (data.number !== number) return;
    at.removeEventListener("message", listen);
    done(new Map(data.places.map(([slug, x, y]) => [slug, { x, y }])));
  };
  at.addEventListener("message", listen);
  at.postMessage({ number, stages: stagesOf(part), pairs: pairsOf(part) } satisfies Order);
  return () => at.removeEventListener("message", listen);
}

/** Return the places of the nodes of *part*, with the part that they are of; undefined until they are known. */
export function usePlaces(part: Subgraph | undefined): { part: Subgraph; places: Places } | undefined {
  const [found, setFound] = useState<{ part: Subgraph; places: Places }>();
  useEffect(() => (part ? arrange(part, (places) => setFound({ part, places })) : undefined), [part]);
  return found;
}
