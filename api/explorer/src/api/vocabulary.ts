// The words of the ontology, asked for once: labels, colours, sentences.
import { computed, effect, signal } from "@preact/signals";

import { readable } from "../state/colours";
import { isDark, language } from "../state/preferences";
import { readAbout, readRelations, readTypes } from "./calls";
import { askedFor, publications, returns } from "./client";
import type { About, RelationEntry, Texts, TypeEntry, Word } from "./types";

export const about = signal<About | undefined>(undefined);
export const types = signal<ReadonlyMap<string, TypeEntry>>(new Map());
export const relations = signal<ReadonlyMap<string, RelationEntry>>(new Map());

effect(() => {
  // Numbers belong to a generation, so a new one is asked anew.
  void [askedFor.value, publications.value, returns.value];
  readAbout().then((found) => (about.value = found), () => undefined);
  readTypes().then((found) => (types.value = new Map(found.map((one) => [one.key, one]))), () => undefined);
  readRelations().then((found) => (relations.value = new Map(found.map((one) => [one.key, one]))), () => undefined);
});

const words = computed(() => {
  const found = about.value?.words;
  const byKey = (list: readonly Word[] = []) => new Map(list.map((one) => [one.key, one.labels]));
  return { attributes: byKey(found?.attributes), polarities: byKey(found?.polarities), bases: byKey(found?.bases) };
});

/** Return the text in the reader's language, else in the first that there is. */
export function textOf(texts: Texts | undefined, fallback = ""): string {
  return texts?.[languageOf(texts) ?? ""] ?? fallback;
}

/** Return the language of that text; undefined where there is none. */
export function languageOf(texts: Texts): string | undefined {
  const tags = Object.keys(texts);
  return [language.value, about.value?.words.languages[0] ?? "en"].find((tag) => tags.includes(tag)) ?? tags[0];
}

export const typeLabel = (key: string): string => textOf(types.value.get(key)?.labels, key);
/** The colour of a class as it is seen here: on dark paper, dark ones are lighter. */
export const typeColour = (key: string): string => colourHere(types.value.get(key)?.colour ?? "#6b7280");
export const colourHere = (colour: string): string => readable(colour, isDark.value);
export const relationLabel = (key: string): string => textOf(relations.value.get(key)?.labels, key);
export const attributeLabel = (key: string): string => textOf(words.value.attributes.get(key), key);
export const polarityLabel = (key: string): string => textOf(words.value.polarities.get(key), key);
export const basisLabel = (key: string): string => textOf(words.value.bases.get(key), key);

/** Return the slug that an IRI of this service stands for; "" for any other. */
export function slugOf(iri: string): string {
  const base = about.value?.base_iri;
  if (!base || !iri.startsWith(base)) return "";
  const path = iri.slice(base.length);
  return path.startsWith("id/") ? path.slice(3) : path.startsWith("document/") ? path : "";
}

/** Return the class below the root that a class belongs to: by it the map is ordered. */
export function familyOf(key: string): string {
  let [at, parent] = [key, types.value.get(key)?.parents[0]];
  for (let steps = 0; parent && steps < 20; steps += 1) {
    const next: string | undefined = types.value.get(parent)?.parents[0];
    if (!next) break;
    [at, parent] = [parent, next];
  }
  return at;
}
