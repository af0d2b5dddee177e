// What is shown, as a value, and how an address holds it.  Pure: no browser, no signals.

/** The kinds of views; the first part of an address names one. */
export const PLACES = ["start", "browse", "entity", "graph", "table", "sparql", "verdicts"] as const;
export type Place = (typeof PLACES)[number];

export type Direction = "out" | "in" | "both";

/** That the neighbours of an entity are shown: of a relation, in a direction, of a type, up to a number of them. */
export interface Expansion {
  readonly entity: string;
  /** The key of a relation; "" stands for all. */
  readonly relation: string;
  readonly direction: Direction;
  /** The key of a class; "" stands for all. */
  readonly type: string;
  /** How many at most; 0 is the usual number. */
  readonly limit: number;
}

/** Something that is not shown though it would be. */
export interface Hidden {
  readonly kind: "type" | "relation" | "entity";
  readonly key: string;
}

/** Where an entity was put by hand. */
export interface Pinned {
  readonly entity: string;
  readonly x: number;
  readonly y: number;
}

/** All that decides what is seen; two equal views look the same to everyone. */
export interface View {
  readonly place: Place;
  /** The slug of the entity in the middle of attention; "" for none. */
  readonly selection: string;
  /** Entities that were put into the graph one by one. */
  readonly shown: readonly string[];
  readonly expanded: readonly Expansion[];
  readonly hidden: readonly Hidden[];
  readonly pinned: readonly Pinned[];
  /** SPARQL. */
  readonly query: string;
  /** The number of an earlier generation; "" is the newest. */
  readonly generation: string;
  /** What a view remembers besides, by names of its own: `type`, `sort`, `labels`, … */
  readonly options: Readonly<Record<string, string>>;
}

export const EMPTY: View = {
  place: "start",
  selection: "",
  shown: [],
  expanded: [],
  hidden: [],
  pinned: [],
  query: "",
  generation: "",
  options: {},
};

// Names that views may not use for their options.
const RESERVED = new Set(["show", "expand", "hide", "pin", "q", "at"]);

/** Return the hash that holds *view*: `#/graph/kubespray?show=kubespray&expand=kubespray:uses:out&hide=type:Vendor`. */
export function encode(view: View): string {
  const path = view.selection ? `${view.place}/${encodeURIComponent(view.selection)}` : view.place;
  const fields: [string, string][] = [
    ["show", list(view.shown.map((slug) => [slug]))],
    ["expand", list(view.expanded.map((one) => [one.entity, one.relation, one.direction === "both" ? "" : one.direction, one.type, one.limit || ""]))],
    ["hide", list(view.hidden.map((one) => [one.kind, one.key]))],
    ["pin", list(view.pinned.map((one) => [one.entity, rounded(one.x), rounded(one.y)]))],
    ["q", encodeURIComponent(view.query)],
    ["at", encodeURIComponent(view.generation)],
    ...Object.entries(view.options)
      .filter(([name]) => !RESERVED.has(name))
      .sort()
      .map(([name, value]): [string, string] => [encodeURIComponent(name), encodeURIComponent(value)]),
  ];
  const written = fields.filter(([, value]) => value !== "").map(([name, value]) => `${name}=${value}`);
  return `#/${path === "start" && !written.length ? "" : path}${written.length ? `?${written.join("&")}` : ""}`;
}

/** Return the view that a hash holds; whatever is wrong in it is passed over. */
export function decode(hash: string): View {
  const [path = "", search = ""] = split(hash.replace(/^#\/?/, ""), "?");
  const [name = "", selection = ""] = split(path, "/");
  const fields = new Map(search.split("&").map((part) => split(part, "=")));
  const options = [...fields]
    .map(([key, value]): [string, string] => [decoded(key), decoded(value)])
    .filter(([key, value]) => key && value && !RESERVED.has(key));
  return {
    place: PLACES.find((place) => place === name) ?? "start",
    selection: decoded(selection),
    shown: unlist(fields.get("show")).flatMap(([slug]) => (slug ? [slug] : [])),
    expanded: unlist(fields.get("expand")).flatMap(expansion),
    hidden: unlist(fields.get("hide")).flatMap(hidden),
    pinned: unlist(fields.get("pin")).flatMap(pinned),
    query: decoded(fields.get("q") ?? ""),
    generation: /^\d{1,12}$/.test(fields.get("at") ?? "") ? (fields.get("at") as string) : "",
    options: Object.fromEntries(options),
  };
}

function expansion([entity = "", relation = "", direction = "", type = "", limit = ""]: string[]): Expansion[] {
  if (!entity) return [];
  const way = direction === "out" || direction === "in" ? direction : "both";
  return [{ entity, relation, direction: way, type, limit: /^\d{1,6}$/.test(limit) ? Number(limit) : 0 }];
}

function hidden([kind = "", key = ""]: string[]): Hidden[] {
  return key && (kind === "type" || kind === "relation" || kind === "entity") ? [{ kind, key }] : [];
}

function pinned([entity = "", x = "", y = ""]: string[]): Pinned[] {
  const [across, up] = [Number(x), Number(y)];
  return entity && x && y && Number.isFinite(across) && Number.isFinite(up) ? [{ entity, x: across, y: up }] : [];
}

// Commas between the items of a list, colons between the parts of an item; both are escaped within parts.
function list(items: readonly (readonly (string | number)[])[]): string {
  return items.map((parts) => parts.map((part) => encodeURIComponent(part)).join(":").replace(/:+$/, "")).join(",");
}

function unlist(text = ""): string[][] {
  return text.split(",").filter(Boolean).map((item) => item.split(":").map(decoded));
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
