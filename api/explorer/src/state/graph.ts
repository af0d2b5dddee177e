// What can be done to a graph, as changes of the view.  Pure.
import { UNDESCRIBED } from "./graphPicture";
import type { Direction, Expansion, Hidden, View } from "./view";

/** How many neighbours are shown where nothing else is said. */
export const USUAL = 50;
/** How many entities a graph holds at most. */
export const MOST = 1000;

/** Some of the neighbours of an entity: of a relation, in a direction, of a type. */
export interface Group {
  readonly relation: string;
  readonly direction: Direction;
  readonly type: string;
}

export const ALL: Group = { relation: "", direction: "both", type: "" };

/** Return the group that a count of the service tells of: its class "" is none, which in a group would be any. */
export function groupOf({ relation, direction, type }: Group): Group {
  return { relation, direction, type: type || UNDESCRIBED };
}

/** Put entities into the graph; the last one is looked at. */
export function add(view: View, slugs: readonly string[]): View {
  const shown = [...new Set([...view.shown, ...slugs])];
  return { ...view, shown, selection: slugs.at(-1) ?? view.selection, hidden: without(view.hidden, slugs) };
}

/** Show neighbours of an entity, up to *limit* of them; of what was shown already the limit changes. */
export function expand(view: View, entity: string, group: Group = ALL, limit = 0): View {
  const expansion: Expansion = { entity, ...plain(group), limit: limit === USUAL ? 0 : limit };
  const place = view.expanded.findIndex((one) => one.entity === entity && isGroup(one, group));
  const expanded = place < 0 ? [...view.expanded, expansion] : view.expanded.with(place, expansion);
  return { ...view, expanded, selection: entity };
}

/** Return up to how many neighbours of an expansion are shown next; undefined where the graph holds no more. */
export function nextLimit(limit: number, nodeCount: number): number | undefined {
  const now = limit || USUAL;
  return now >= MOST || nodeCount >= MOST ? undefined : Math.min(now + USUAL, MOST);
}

/** Show some of the neighbours of an entity no more, or all; *groups* is what there is. */
export function collapse(view: View, entity: string, group: Group = ALL, groups: readonly Group[] = []): View {
  const own = view.expanded.filter((one) => one.entity === entity);
  const others = view.expanded.filter((one) => one.entity !== entity);
  const kept = view.shown.includes(entity) ? view.shown : [...view.shown, entity];
  if (isGroup(group, ALL)) return { ...view, shown: kept, expanded: others };
  const wasWhole = own.some((one) => isGroup(one, ALL));
  // Taking one away from all leaves each of the rest.
  const rest = wasWhole ? groups.map((one): Expansion => ({ entity, ...plain(one), limit: 0 })) : own;
  return { ...view, shown: kept, expanded: [...others, ...rest.filter((one) => !isGroup(one, group))] };
}

/** Return the expansion that shows a group, if any: its own, or that of all. */
export function expansionOf(view: View, entity: string, group: Group = ALL): Expansion | undefined {
  const own = view.expanded.filter((one) => one.entity === entity);
  return own.find((one) => isGroup(one, group)) ?? own.find((one) => isGroup(one, ALL));
}

/** Hide something, or show it again. */
export function toggleHidden(view: View, thing: Hidden): View {
  const isThere = isHidden(view, thing);
  const hidden = isThere ? view.hidden.filter((one) => !isSame(one, thing)) : [...view.hidden, thing];
  const isGone = !isThere && thing.kind === "entity" && thing.key === view.selection;
  return { ...view, hidden, selection: isGone ? "" : view.selection };
}

export function isHidden(view: View, thing: Hidden): boolean {
  return view.hidden.some((one) => isSame(one, thing));
}

/** Hold an entity in a place, or with no place let it go. */
export function pin(view: View, entity: string, place?: { readonly x: number; readonly y: number }): View {
  const others = view.pinned.filter((one) => one.entity !== entity);
  return { ...view, pinned: place ? [...others, { entity, x: rounded(place.x), y: rounded(place.y) }] : others };
}

/** Take everything away. */
export function clear(view: View): View {
  const { inferred, sort } = view.options;
  const options = { ...(inferred && { inferred }), ...(sort && { sort }) };
  return { ...view, shown: [], expanded: [], hidden: [], pinned: [], selection: "", options };
}

function isGroup(one: Group, other: Group): boolean {
  return one.relation === other.relation && one.direction === other.direction && one.type === other.type;
}

function isSame(one: Hidden, other: Hidden): boolean {
  return one.kind === other.kind && one.key === other.key;
}

function plain({ relation, direction, type }: Group): Group {
  return { relation, direction, type };
}

function without(hidden: readonly Hidden[], slugs: readonly string[]): readonly Hidden[] {
  return hidden.filter((one) => one.kind !== "entity" || !slugs.includes(one.key));
}

// What the address keeps of a place.
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
