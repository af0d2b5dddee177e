// Which view shows what; what is large is loaded when it is first needed.
import type { VNode } from "preact";

import type { Place } from "../state/view";
import { lazy } from "../ui/parts";
import Browse from "./browse/Browse";
import Entity from "./entity/Entity";
import Start from "./start/Start";

export const VIEWS: Readonly<Record<Place, () => VNode | null>> = {
  start: Start,
  browse: Browse,
  entity: Entity,
  graph: lazy(() => import("./graph/Graph")),
  table: lazy(() => import("./table/Table")),
  sparql: lazy(() => import("./sparql/Sparql")),
  verdicts: lazy(() => import("./verdicts/Verdicts")),
};
