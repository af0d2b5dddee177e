// What is offered while one types: the ontology, what classes really have, and entities by search.
import { signal } from "@preact/signals";

import { listEntities, readConnections, search } from "../../api/calls";
import { ask, askedFor } from "../../api/client";
import { about, relations, textOf, typeLabel, types } from "../../api/vocabulary";
import { language } from "../../state/preferences";
import { classKey, type Counts, countsOf, entityName, entityWords, type Known, type Offer, offers, type Term } from "./completion";
import { type Context, contextAt } from "./context";
import type { Offered } from "./editor";

const MOST = 20;
const counted = signal<ReadonlyMap<string, Promise<Counts>>>(new Map());

/** Return what may stand at *position* of *text*. */
export async function complete(text: string, position: number, abort: AbortSignal): Promise<Offered | undefined> {
  const known = knownNow();
  const context = contextAt(text, position, known.prefixes);
  if (!context) return undefined;
  const words = entityWords(context, known);
  if (words !== undefined) return { from: context.from, offers: await entities(words, known, abort), isFound: true };
  const counts = context.slot === "predicate" ? await countsFor(context, known) : undefined;
  return { from: context.from, offers: offers(context, known, counts), isFound: false };
}

/** The ontology as far as it is needed here. */
export function knownNow(): Known {
  const term = (one: { key: string; iri: string; labels: Readonly<Record<string, string>>; comments: Readonly<Record<string, string>>; count?: number }): Term => ({
    key: one.key, iri: one.iri, label: textOf(one.labels), comment: textOf(one.comments), count: one.count ?? 0,
  });
  return {
    prefixes: about.value?.prefixes ?? {},
    classes: [...types.value.values()].map(term),
    relations: [...relations.value.values()].map(term),
    attributes: (about.value?.words.attributes ?? []).map(term),
  };
}

/** Return how often each relation leads away from what the subject is: an entity, or anything of a class. */
async function countsFor(context: Context, known: Known): Promise<Counts | undefined> {
  const slug = context.subject.startsWith("id:") ? context.subject.slice(3) : "";
  const key = slug ? "" : classKey(context, known);
  if (!slug && !key) return undefined;
  const place = `${askedFor.value} ${slug ? "id" : "class"} ${slug || key}`;
  const found = counted.value.get(place) ?? (slug ? ofEntity(slug) : ofClass(key)).catch((): Counts => new Map());
  counted.value = new Map([...counted.value].slice(-50)).set(place, found);
  return found;
}

async function ofClass(key: string): Promise<Counts> {
  const { connects } = await ask<{ connects: { relation: string; source: string; count: number }[] }>(`api/types/${encodeURIComponent(key)}`);
  return countsOf(connects);
}

async function ofEntity(slug: string): Promise<Counts> {
  const found = await readConnections(slug, language.value, true);
  return countsOf(found.filter((one) => one.direction === "out").map((one) => ({ relation: one.relation, source: slug, count: 1 })));
}

async function entities(words: string, known: Known, abort: AbortSignal): Promise<Offer[]> {
  const asking = { signal: abort };
  const found = words
    ? (await search(words.replaceAll("-", " "), MOST, asking)).items
    : (await listEntities({ limit: MOST, sort: "-relations", fields: "slug,name,type" }, asking)).items;
  return found
    .filter((one) => !one.slug.includes("/"))
    .map((one) => ({ label: entityName(one.slug, known), kind: "entity", detail: `${one.name} · ${typeLabel(one.type)}` }));
}
