// What the service answers and what is hidden → what is drawn, and how much there is of each kind.  Pure.
import type { Subgraph, SubgraphEdge, SubgraphNode } from "../api/graph";
import type { Hidden } from "./view";

export interface Line extends SubgraphEdge {
  /** How much it is bent, so that parallel edges can be told apart; 0 is straight. */
  readonly bend: number;
}

export interface Count {
  readonly key: string;
  readonly count: number;
  readonly isHidden: boolean;
}

export interface Picture {
  readonly nodes: readonly SubgraphNode[];
  readonly edges: readonly Line[];
  /** How many there are of each; of what is hidden, how many there would be. */
  readonly types: readonly Count[];
  readonly relations: readonly Count[];
  /** Entities that are hidden one by one. */
  readonly hiddenNodes: readonly SubgraphNode[];
}

export const NOTHING: Picture = { nodes: [], edges: [], types: [], relations: [], hiddenNodes: [] };

/** What stands for the class of what no document describes. */
export const UNDESCRIBED = "-";

const BEND = 0.3;
const MOST_BROAD = 800;

export function pictureOf(part: Subgraph, hidden: readonly Hidden[]): Picture {
  const isHidden = (kind: Hidden["kind"], key: string): boolean => hidden.some((one) => one.kind === kind && one.key === key);
  const [types, relations, entities] = (["type", "relation", "entity"] as const).map(
    (kind) => new Set(hidden.filter((one) => one.kind === kind).map((one) => one.key)),
  ) as [Set<string>, Set<string>, Set<string>];
  const left = part.nodes.filter((node) => !entities.has(node.slug));
  const nodes = left.filter((node) => !types.has(kindOf(node)));
  const shown = new Set(nodes.map((node) => node.slug));
  const between = part.edges.filter((edge) => shown.has(edge.source) && shown.has(edge.target));
  return {
    nodes,
    edges: bent(between.filter((edge) => !relations.has(edge.relation))),
    types: counted(left.map(kindOf), types),
    relations: counted(between.map((edge) => edge.relation), relations),
    hiddenNodes: part.nodes.filter((node) => isHidden("entity", node.slug)),
  };
}

const kindOf = (node: SubgraphNode): string => node.type || UNDESCRIBED;

/** Return how many there are of each, the most frequent first; what is hidden stays in the list. */
function counted(keys: readonly string[], hidden: ReadonlySet<string>): Count[] {
  const counts = new Map<string, number>([...hidden].map((key) => [key, 0]));
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .map(([key, count]) => ({ key, count, isHidden: hidden.has(key) }))
    .sort((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1));
}

/** Bend edges between the same two nodes, so that each is seen; whichever way they lead. */
export function bent(edges: readonly SubgraphEdge[]): Line[] {
  const bundles = new Map<string, SubgraphEdge[]>();
  for (const edge of edges) {
    const ends = edge.source < edge.target ? `${edge.source} ${edge.target}` : `${edge.target} ${edge.source}`;
    const bundle = bundles.get(ends);
    if (bundle) bundle.push(edge);
    else bundles.set(ends, [edge]);
  }
  return [...bundles.values()].flatMap((bundle) =>
    bundle.map((edge, place) => {
      const side = edge.source < edge.target ? 1 : -1;
      return { ...edge, bend: bundle.length === 1 ? 0 : side * BEND * (place - (bundle.length - 1) / 2) };
    }),
  );
}

/** Return whether there are so many edges that those that nobody looks at are hairlines that cannot be clicked: painting
 *  them, twice for the clicks, is what takes longest where there is no graphics card. */
export const isLarge = (picture: Picture): boolean => picture.edges.length > MOST_BROAD;

/** Return how large a node is drawn: by how much it is connected with in the whole graph. */
export function sizeOf(node: { readonly neighbours: number }): number {
  return Math.min(16, 4.5 + 1.6 * Math.log2(1 + node.neighbours));
}
