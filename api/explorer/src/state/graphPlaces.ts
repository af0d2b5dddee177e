// Where nodes are: the same for the same view, whoever looks.  Nodes come in stages, near what brought them, so that
// what is there already hardly moves; those put somewhere by hand take what they brought along.  Pure.
import type { Subgraph } from "../api/graph";
import { MOST, USUAL } from "./graph";
import type { Pinned, View } from "./view";

export interface Place {
  readonly x: number;
  readonly y: number;
}

export type Places = ReadonlyMap<string, Place>;

/** Nodes that come at once, each with the one that brought it, or "". */
export type Stage = readonly (readonly [slug: string, parent: string])[];

// The service tells 3,000 edges at most, and 1,000 nodes, which need as many to be brought.
const MOST_OTHERS = 2000;

/** Order nodes as they came: what was expanded with what that brought, one by one, then what else was asked for.
 *  So a new expansion comes behind all others, and what those arranged stays. */
export function stagesOf(part: Subgraph): Stage[] {
  const left = new Set(part.nodes.filter((node) => node.expansion < 0).map((node) => node.slug));
  const brought = part.expansions.map((): string[] => []);
  for (const node of part.nodes) if (node.expansion >= 0) brought[node.expansion]?.push(node.slug);
  const stages = part.expansions.map(({ slug }, place) => [
    ...(left.delete(slug) ? [[slug, ""] as const] : []),
    ...(brought[place] ?? []).map((one) => [one, slug] as const),
  ]);
  return [...stages, [...left].map((slug) => [slug, ""] as const)].filter((stage) => stage.length > 0);
}

/** Return what draws nodes together: that one brought the other, and as many of the other edges, in the order in which
 *  they came, as there is room for beside any that may come; so where a part is cut off, what is arranged stays, too. */
export function pairsOf(part: Subgraph): (readonly [string, string])[] {
  const bringers = new Map(part.nodes.map((node) => [node.slug, part.expansions[node.expansion]?.slug]));
  const hasBrought = part.edges.map(({ source, target }) => bringers.get(source) === target || bringers.get(target) === source);
  const others = part.edges.filter((_, at) => !hasBrought[at]).slice(0, MOST_OTHERS);
  return [...part.edges.filter((_, at) => hasBrought[at]), ...others].map(({ source, target }) => [source, target]);
}

/** Return a place in the unit disc that belongs to a name. */
export function seedOf(name: string): Place {
  const hash = hashOf(name);
  const angle = ((hash % 65536) / 65536) * 2 * Math.PI;
  const radius = 0.3 + 0.7 * Math.sqrt(Math.floor(hash / 65536) / 65536);
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

/** Return a number of 32 bits that belongs to a text (FNV-1a, stirred). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Put pinned nodes into their places, with what they brought, and what that brought, beside them. */
export function placed(found: Places, part: Subgraph, pinned: readonly Pinned[]): Places {
  if (!pinned.length) return found;
  const pins = new Map(pinned.map((one) => [one.entity, one]));
  const parents = new Map(part.nodes.map((node) => [node.slug, part.expansions[node.expansion]?.slug ?? ""]));
  const shifts = new Map<string, Place>();
  const shiftOf = (slug: string): Place => {
    const known = shifts.get(slug);
    if (known) return known;
    const [pin, own] = [pins.get(slug), found.get(slug)];
    shifts.set(slug, { x: 0, y: 0 }); // what comes round in a circle stays
    const parent = parents.get(slug);
    const shift = pin && own ? { x: pin.x - own.x, y: pin.y - own.y } : parent ? shiftOf(parent) : { x: 0, y: 0 };
    shifts.set(slug, shift);
    return shift;
  };
  return new Map([...found].map(([slug, { x, y }]) => {
    const pin = pins.get(slug);
    const shift = shiftOf(slug);
    return [slug, pin ? { x: pin.x, y: pin.y } : { x: x + shift.x, y: y + shift.y }];
  }));
}

/** What is asked of the service for a view: the entities that are wanted, and what is expanded. */
export function wishOf(view: View, besides: readonly string[]) {
  return {
    entities: [...new Set([...view.shown, ...besides])].slice(0, MOST),
    expand: view.expanded.slice(0, MOST).map((one) => ({ ...one, limit: Math.min(one.limit || USUAL, MOST) })),
    inferred: view.options.inferred === "1",
  };
}
