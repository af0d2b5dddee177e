// What can be asked, by name.
import { ask, request, type Asking } from "./client";
import { nextCursor } from "./links";
import type {
  About, Connection, DocumentEntry, Entity, Example, Explanation, Generation, Hits, Page, RelationEntry, ResultTable, TypeEntry, VerdictCounts,
} from "./types";

export const readAbout = (asking?: Asking) => ask<About>("api/about", {}, asking);
export const readTypes = (asking?: Asking) => ask<TypeEntry[]>("api/types", {}, asking);
export const readRelations = (asking?: Asking) => ask<RelationEntry[]>("api/relations", {}, asking);
export const readExamples = (asking?: Asking) => ask<Example[]>("api/questions", { at: "" }, asking);
export const readGenerations = (asking?: Asking) => ask<Generation[]>("api/generations", { at: "" }, asking);
export const readDocuments = (asking?: Asking) => ask<DocumentEntry[]>("api/documents", {}, asking);

/** What people type → entities. */
export const search = (words: string, limit: number, asking?: Asking) => ask<Hits>("api/search", { q: words, limit }, asking);

/** One entity, a document or a section. */
export async function readEntity(slug: string, lang: string, asking?: Asking): Promise<Entity> {
  if (!slug.includes("/")) return ask<Entity>(`api/entities/${encodeURIComponent(slug)}`, { lang }, asking);
  // The path of one entity takes no slash.
  const body = JSON.stringify({ slugs: [slug] });
  const headers = { "Content-Type": "application/json" };
  const found = await ask<{ items: Entity[] }>("api/entities/by-id", { lang }, { ...asking, method: "POST", body, headers });
  return found.items[0] ?? ask<Entity>(`api/entities/${encodeURIComponent(slug)}`, {}, asking);
}

export const readConnections = (slug: string, lang: string, inferred: boolean, asking?: Asking) =>
  ask<Connection[]>(`api/entities/${encodeURIComponent(slug)}/relations`, { lang, inferred }, asking);

/** Why an edge holds, down to what is stated. */
export const readWhy = (edge: string, lang: string, asking?: Asking) => ask<Explanation>("api/why", { edge, lang }, asking);

export interface ListWish {
  readonly type?: string;
  readonly document?: string;
  readonly q?: string;
  readonly filter?: string;
  readonly sort?: string;
  readonly facets?: string;
  readonly facet_limit?: number;
  readonly fields?: string;
  readonly limit?: number;
  readonly lang?: string;
  /** Where the list goes on. */
  readonly cursor?: string;
}

/** Entities, filtered, sorted and counted. */
export const listEntities = (wish: ListWish, asking?: Asking) => ask<Page>("api/entities", { ...wish }, asking);

/** A part of a list, and the cursor of the next one; "" where there is none. */
export async function listPart(wish: ListWish, asking?: Asking): Promise<{ readonly page: Page; readonly next: string }> {
  const response = await request("api/entities", { ...wish }, { ...asking, headers: { Accept: "application/json" } });
  return { page: (await response.json()) as Page, next: nextCursor(response.headers.get("Link")) };
}

/** What is wrong with the documents, counted; the list itself is a view of its own. */
export const countVerdicts = (asking?: Asking) => ask<VerdictCounts>("api/validation", { limit: 0 }, asking);

/** A query whose answer is a table, or yes or no. */
export const select = (query: string, asking?: Asking) => {
  const headers = { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json" };
  return ask<ResultTable>("sparql", {}, { ...asking, method: "POST", body: query, headers });
};
