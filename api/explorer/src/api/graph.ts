// What the graph asks of the service: parts of it, counts, paths, comparisons, who states an edge.
import { ask, request, type Asking } from "./client";
import type { Connection, Opinion, Source, Statement, Summary } from "./types";

export interface SubgraphNode extends Summary {
  /** How many nodes it is connected with in the whole graph; so many of them are not in the part. */
  readonly neighbours: number;
  readonly omitted: number;
  /** The place of the expansion that brought it; -1 where it was asked for as such. */
  readonly expansion: number;
}

export interface SubgraphEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly relation: string;
  readonly inferred: boolean;
}

export interface Subgraph {
  readonly nodes: readonly SubgraphNode[];
  readonly edges: readonly SubgraphEdge[];
  readonly expansions: readonly { readonly slug: string; readonly total: number; readonly shown: number }[];
  readonly omitted_nodes: number;
  readonly omitted_edges: number;
  readonly truncated: boolean;
  readonly unknown: readonly { readonly slug: string; readonly suggestions: readonly string[] }[];
}

export interface SubgraphWish {
  readonly entities: readonly string[];
  readonly expand?: readonly { entity: string; relation: string; direction: string; type: string; limit: number }[];
  /** Only these, by their ids; without it all between the entities. */
  readonly edges?: readonly string[];
  readonly inferred: boolean;
}

export interface NeighbourCount {
  readonly relation: string;
  readonly label: string;
  readonly direction: "out" | "in" | "both";
  readonly type: string;
  readonly count: number;
  readonly stated: number;
}

export interface NeighbourCounts {
  readonly slug: string;
  readonly total: number;
  readonly counts: readonly NeighbourCount[];
}

export interface PathStep {
  readonly relation: string;
  readonly sentence: string;
  readonly edge: string;
  readonly inferred: boolean;
  readonly sources: readonly Source[];
}

export interface Paths {
  readonly paths: readonly { readonly entities: readonly Summary[]; readonly steps: readonly (readonly PathStep[])[] }[];
  readonly complete: boolean;
  readonly reached: string;
}

export interface ComparedRelation {
  readonly relation: string;
  readonly target: Summary;
  readonly claims: Readonly<Record<string, { readonly sentence: string; readonly edge: string; readonly sources: readonly Source[] }>>;
}

export interface Comparison {
  readonly entities: readonly (Summary & { readonly opinions: Readonly<Record<string, readonly Opinion[]>> })[];
  readonly shared_types: readonly string[];
  readonly shared: readonly ComparedRelation[];
  readonly different: readonly ComparedRelation[];
  readonly between: readonly Connection[];
}

export interface ExportFormat {
  readonly name: string;
  readonly extension: string;
  readonly most_nodes: number | null;
  readonly most_edges: number | null;
}

const JSON_BODY = { "Content-Type": "application/json" };

export const readSubgraph = (wish: SubgraphWish, asking?: Asking) =>
  ask<Subgraph>("api/subgraph", {}, { ...asking, method: "POST", body: JSON.stringify(wish), headers: JSON_BODY });

/** The same part in a format for other programs. */
export async function exportSubgraph(wish: SubgraphWish, format: string, lang: string): Promise<Blob> {
  const asking = { method: "POST", body: JSON.stringify(wish), headers: JSON_BODY } as const;
  return (await request("api/subgraph", { format, lang }, asking)).blob();
}

export const readNeighbours = (slug: string, lang: string, inferred: boolean, asking?: Asking) =>
  ask<NeighbourCounts>(`api/entities/${encodeURIComponent(slug)}/neighbours`, { lang, inferred }, asking);

export const readPaths = (from: string, to: string, find: string, lang: string, inferred: boolean, asking?: Asking) =>
  ask<Paths>("api/paths", { from, to, find, lang, inferred, k: 50 }, asking);

export const readComparison = (slugs: readonly string[], lang: string, asking?: Asking) =>
  ask<Comparison>("api/compare", { entities: slugs.join(","), lang }, asking);

export const readStatement = (edge: string, lang: string, asking?: Asking) =>
  ask<Statement>(`api/statements/${encodeURIComponent(edge)}`, { lang }, asking);

export const readFormats = (asking?: Asking) => ask<ExportFormat[]>("api/export", { at: "" }, asking);
