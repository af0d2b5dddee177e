// What is shown now: a signal that follows the address, and the ways to change it.
import { batch, computed, effect, signal } from "@preact/signals";

import { askedFor } from "../api/client";
import { decode, EMPTY, encode, type Place, type View } from "./view";

const current = signal(decode(location.hash));
// Where one was in each place, so that the way back leads there.
const left = new Map<Place, View>();
// The graph and its table are two looks at one thing.
const nameOf = (place: Place): Place => (place === "table" ? "graph" : place);

/** The view that is shown.  It is read from the address, which nobody but `show` and the browser writes. */
export const view = computed(() => current.value);

effect(() => {
  askedFor.value = current.value.generation;
});

addEventListener("hashchange", () => follow(decode(location.hash)));
addEventListener("popstate", () => follow(decode(location.hash)));

/** Show *next*; `replace` where going back should not come by here. */
export function show(next: View, how: "push" | "replace" = "push"): void {
  const hash = encode(next);
  if (hash !== encode(current.value)) history[how === "push" ? "pushState" : "replaceState"](null, "", hash);
  follow(next);
}

/** Change parts of what is shown, in the same place. */
export function change(patch: Partial<View>, how: "push" | "replace" = "push"): void {
  show({ ...current.value, ...patch }, how);
}

/** Set or, with "", remove options of the view. */
export function setOptions(patch: Record<string, string>, how: "push" | "replace" = "push"): void {
  const options = Object.fromEntries(Object.entries({ ...current.value.options, ...patch }).filter(([, value]) => value));
  change({ options }, how);
}

/** Return the address of another view; it stays in the generation that is looked at. */
export function addressOf(place: Place, patch: Partial<View> = {}): string {
  return encode({ ...EMPTY, generation: current.value.generation, ...patch, place });
}

/** Return the address of *place* as it was left, as a picture or as a table; where one is in the table, of its picture. */
export function wayBack(place: Place): string {
  const now = current.value;
  if (nameOf(now.place) === nameOf(place)) return encode({ ...now, place });
  return encode({ ...(left.get(nameOf(place)) ?? { ...EMPTY, place }), generation: now.generation });
}

function follow(next: View): void {
  if (encode(next) === encode(current.value)) return;
  batch(() => {
    left.set(nameOf(current.value.place), current.value);
    current.value = next;
  });
}
