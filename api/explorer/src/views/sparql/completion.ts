// What is offered while one types a query, from what is expected there and what the ontology has.  Pure.
import type { Context } from "./context";
import { expanded, shortened } from "./context";

export interface Offer {
  readonly label: string;
  /** What is written in its place, where that differs. */
  readonly apply?: string;
  readonly kind: "class" | "relation" | "attribute" | "entity" | "variable" | "keyword" | "prefix" | "function";
  /** What it is called and how often there is of it. */
  readonly detail?: string;
  readonly info?: string;
  /** From -99 to 99: how far up it stands. */
  readonly boost?: number;
}

export interface Known {
  readonly prefixes: Readonly<Record<string, string>>;
  readonly classes: readonly Term[];
  readonly relations: readonly Term[];
  readonly attributes: readonly Term[];
}

export interface Term {
  readonly key: string;
  readonly iri: string;
  readonly label: string;
  readonly comment: string;
  readonly count: number;
}

/** How often each relation leads away from what is asked about, by key; the whole ontology where that is not known. */
export type Counts = ReadonlyMap<string, number>;

const BEGINNINGS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX"];
const IN_HEAD = ["WHERE", "DISTINCT", "FROM", "FROM NAMED", "ORDER BY", "GROUP BY", "HAVING", "LIMIT", "OFFSET", "AS", "COUNT", "VALUES"];
const IN_PATTERN = ["FILTER", "FILTER NOT EXISTS", "OPTIONAL", "UNION", "MINUS", "BIND", "VALUES", "GRAPH"];
const FUNCTIONS = [
  "BOUND", "CONTAINS", "STRSTARTS", "STRENDS", "REGEX", "LANG", "LANGMATCHES", "LCASE", "UCASE", "STR", "STRLEN", "COALESCE", "IF",
  "ISIRI", "ISLITERAL", "COUNT", "SUM", "MIN", "MAX", "AVG", "GROUP_CONCAT", "NOT EXISTS", "EXISTS", "NOT IN", "IN",
];
// What every graph has, whatever its ontology.
const COMMON: readonly Term[] = [
  common("name", "https://schema.org/name"),
  common("label", "http://www.w3.org/2000/01/rdf-schema#label"),
  common("description", "http://purl.org/dc/terms/description"),
  common("altLabel", "http://www.w3.org/2004/02/skos/core#altLabel"),
];

/** Return what may stand at *context*; entities and what is asked of the service come beside these. */
export function offers(context: Context, known: Known, counts?: Counts): Offer[] {
  const { slot } = context;
  if (context.typed.startsWith("<") || context.typed.startsWith("@")) return [];
  const variables = context.variables.map((name): Offer => ({ label: name, kind: "variable", boost: 20 }));
  if (context.typed.startsWith("?") || context.typed.startsWith("$")) return variables;
  const prefixes = Object.keys(known.prefixes).map((prefix): Offer => ({ label: `${prefix}:`, kind: "prefix", detail: known.prefixes[prefix] ?? "", boost: -50 }));
  if (slot === "head") return [...variables, ...words(BEGINNINGS, 10), ...words(IN_HEAD)];
  if (slot === "expression") return [...variables, ...words(FUNCTIONS, 0, "function"), ...prefixes];
  if (slot === "predicate") return [...predicates(context, known, counts), ...prefixes];
  if (slot === "object" && isType(context, known)) return [...classes(known), ...variables];
  if (slot === "object") return [...variables, ...prefixes, ...classes(known).map((one) => ({ ...one, boost: -80 }))];
  if (slot === "after") return words(IN_PATTERN);
  return [...variables, ...(slot === "subject" ? words(IN_PATTERN) : []), ...prefixes];
}

/** Return the words to search entities with at *context*; undefined where no entity is being named. */
export function entityWords(context: Context, known: Known): string | undefined {
  const namespace = known.prefixes.id;
  if (namespace === undefined || context.slot === "predicate" || context.slot === "head" || context.slot === "after") return undefined;
  return context.typed.startsWith("id:") ? context.typed.slice(3) : undefined;
}

/** Return how an entity is named in a query. */
export function entityName(slug: string, known: Known): string {
  return shortened(`${known.prefixes.id ?? ""}${slug}`, known.prefixes);
}

/** Return the key of the one class that the subject is said to be of; "" where that is not known. */
export function classKey(context: Context, known: Known): string {
  return known.classes.find((one) => context.classes.includes(one.iri))?.key ?? "";
}

/** Return how often each relation leads away from entities, given what a class is connected with. */
export function countsOf(connects: readonly { readonly relation: string; readonly source: string; readonly count: number }[]): Counts {
  const found = new Map<string, number>();
  for (const one of connects) found.set(one.relation, (found.get(one.relation) ?? 0) + one.count);
  return found;
}

function predicates(context: Context, known: Known, counts: Counts | undefined): Offer[] {
  const typed = context.typed.toLowerCase();
  const had = ranked(known.relations.map((one) => ({ ...one, count: counts?.get(one.key) ?? 0 })).filter((one) => one.count > 0), "relation", known);
  // Where the class has none, or none that is being typed, any may be meant.
  const relations = had.some((one) => one.label.toLowerCase().includes(typed)) ? had : ranked(known.relations, "relation", known);
  const attributes = [...COMMON, ...known.attributes].map((one) => offer(one, "attribute", known, -30));
  const a: Offer = { label: "a", kind: "keyword", detail: "rdf:type", boost: context.classes.length ? -40 : 95 };
  return [a, ...relations, ...attributes];
}

function classes(known: Known): Offer[] {
  return ranked(known.classes, "class", known);
}

function ranked(terms: readonly Term[], kind: Offer["kind"], known: Known): Offer[] {
  return [...terms]
    .sort((one, other) => other.count - one.count || one.key.localeCompare(other.key))
    .map((one, place) => offer(one, kind, known, Math.max(90 - place, -20)));
}

function offer(term: Term, kind: Offer["kind"], known: Known, boost: number): Offer {
  const detail = [term.label, term.count > 0 ? String(term.count) : ""].filter(Boolean).join(" · ");
  return { label: shortened(term.iri, known.prefixes), kind, detail, info: term.comment, boost };
}

function isType(context: Context, known: Known): boolean {
  return context.predicate === "a" || expanded(context.predicate, known.prefixes).endsWith("#type");
}

function words(list: readonly string[], boost = 0, kind: Offer["kind"] = "keyword"): Offer[] {
  return list.map((label) => ({ label, kind, boost }));
}

function common(key: string, iri: string): Term {
  return { key, iri, label: "", comment: "", count: 0 };
}
