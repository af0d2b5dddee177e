// One graph, seen as a picture or as a table: what is asked for, what came, and the panels that both have.
import type { VNode } from "preact";
import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import { type Comparison, type Paths, readComparison, readPaths, readSubgraph, type Subgraph } from "../../api/graph";
import { listEntities } from "../../api/calls";
import { useResource } from "../../api/resource";
import { add, clear } from "../../state/graph";
import { begin, type History, note, redo, undo } from "../../state/graphHistory";
import { NOTHING, type Picture, pictureOf } from "../../state/graphPicture";
import { placed, type Places, wishOf } from "../../state/graphPlaces";
import { language } from "../../state/preferences";
import { addressOf, setOptions, show, view } from "../../state/store";
import type { View } from "../../state/view";
import { Dot, Trouble, Waiting } from "../../ui/parts";
import { usePlaces } from "./arrange";
import { Compare, PathPanel } from "./Connections";
import { Legend } from "./Legend";
import { Picker } from "./Picker";
import { keepPlaces, Selected } from "./Selected";
import { Share } from "./Share";
import { amounts, say } from "./texts";
import "./graph.css";

// What was done, in the picture or in the table.
const done = signal<History | undefined>(undefined);

/** What a picture and a table are made from. */
export interface Scene {
  readonly part: Subgraph;
  readonly picture: Picture;
  readonly places: Places | undefined;
  /** Nodes and edges of the path, or of the comparison. */
  readonly trail: ReadonlySet<string>;
}

export function Workbench({ draw }: { draw: (scene: Scene) => VNode | null }) {
  const now = view.value;
  const { from = "", to = "", find = "shortest", compare = "" } = now.options;
  const inferred = now.options.inferred === "1";
  const lang = language.value;
  const pair = [...new Set(compare.split(",").filter(Boolean))];
  const isPath = from !== "" && to !== "" && from !== to;
  const path = useResource<Paths | undefined>(
    (signal) => (isPath ? readPaths(from, to, find, lang, inferred, { signal }) : Promise.resolve(undefined)),
    [isPath && from, isPath && to, find, lang, inferred],
  );
  const comparison = useResource<Comparison | undefined>(
    (signal) => (pair.length === 2 ? readComparison(pair, lang, { signal }) : Promise.resolve(undefined)),
    [compare, lang],
  );
  const steps = isPath ? path.value : undefined;
  const compared = pair.length === 2 ? comparison.value : undefined;
  const besides = useMemo(() => [...(steps ? onPaths(steps) : []), ...(compared ? inCommon(compared) : [])], [steps, compared]);
  const wish = wishOf(now, besides);
  const asked = JSON.stringify(wish);
  const isEmpty = !wish.entities.length && !wish.expand.length;
  const { value, error, isLoading } = useResource<Subgraph | undefined>(
    (signal) => (isEmpty ? Promise.resolve(undefined) : readSubgraph(wish, { signal })),
    [asked],
  );
  const found = usePlaces(value);
  const part = isEmpty ? undefined : (found?.part ?? undefined);
  const picture = useMemo(() => (part ? pictureOf(part, now.hidden) : NOTHING), [part, now.hidden]);
  const places = useMemo(() => found && placed(found.places, found.part, now.pinned), [found, now.pinned]);
  useEffect(() => keepPlaces(places ?? new Map()), [places]);
  const trail = useMemo(() => trailOf(steps, compared), [steps, compared]);
  const isBusy = isLoading || (value !== undefined && found?.part !== value);

  return (
    <div class="graph full" data-expansions={part?.expansions.length ?? 0}>
      <Bar picture={picture} isBusy={isBusy} />
      {error && <Trouble error={error} />}
      {part && <Omissions part={part} />}
      <div class="bench">
        <div class="main-part">
          {isEmpty && <Empty />}
          {!isEmpty && part && draw({ part, picture, places, trail })}
          {!isEmpty && !part && !error && <div class="stage"><Waiting /></div>}
        </div>
        <div class="panels">
          <Selected part={part} picture={picture} />
          <Legend picture={picture} />
          <PathPanel paths={steps} error={isPath ? path.error : undefined} />
          <Compare comparison={compared} error={pair.length === 2 ? comparison.error : undefined} />
          <Share picture={picture} places={places} trail={trail} />
        </div>
      </div>
    </div>
  );
}

function Bar({ picture, isBusy }: { picture: Picture; isBusy: boolean }) {
  const now = view.value;
  useEffect(() => {
    done.value = done.value ? note(done.value, now) : begin(now);
  }, [now]);
  const history = done.value ?? begin(now);
  const go = (next: History): void => {
    done.value = next;
    show({ ...next.present, place: now.place });
  };
  const address = (place: "graph" | "table"): string => addressOf(place, { ...now, place } satisfies View);
  return (
    <div class="bar">
      <h1>{say(now.place === "table" ? "titleTable" : "title")}</h1>
      <Picker label={say("add")} isQuiet pick={(slug) => show(add(view.value, [slug]))} />
      <nav class="kinds" aria-label={say("show")}>
        <a href={address("graph")} aria-current={now.place === "graph" ? "true" : undefined}>{say("asGraph")}</a>
        <a href={address("table")} aria-current={now.place === "table" ? "true" : undefined}>{say("asTable")}</a>
      </nav>
      <button type="button" class="icon" disabled={!history.past.length} aria-label={say("undo")} title={say("undo")} onClick={() => go(undo(history))}>
        <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M7 4 3 8l4 4M3 8h9a5 5 0 0 1 0 10H8" /></svg>
      </button>
      <button type="button" class="icon" disabled={!history.future.length} aria-label={say("redo")} title={say("redo")} onClick={() => go(redo(history))}>
        <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m13 4 4 4-4 4M17 8H8a5 5 0 0 0 0 10h4" /></svg>
      </button>
      <label class="check">
        <input type="checkbox" checked={now.options.inferred === "1"} onChange={(event) => setOptions({ inferred: event.currentTarget.checked ? "1" : "" })} />
        {say("inferred")}
      </label>
      {picture.nodes.length > 0 && <button type="button" onClick={() => show(clear(view.value))}>{say("clear")}</button>}
      <span class="count" role="status">
        {isBusy ? say("layout") : picture.nodes.length > 0 && say("counts", amounts(picture))}
      </span>
    </div>
  );
}

function Omissions({ part }: { part: Subgraph }) {
  return (
    <>
      {part.omitted_nodes > 0 && <p class="omission" role="status">{say("omittedNodes", { count: part.omitted_nodes })}</p>}
      {part.omitted_edges > 0 && <p class="omission" role="status">{say("omittedEdges", { count: part.omitted_edges })}</p>}
      {part.unknown.map((one) => <p key={one.slug} class="omission" role="status">{say("unknown", { slug: one.slug })}</p>)}
    </>
  );
}

function Empty() {
  const lang = language.value;
  const { value } = useResource((signal) => listEntities({ limit: 10, sort: "-relations", fields: "slug,name,type", lang }, { signal }), [lang]);
  return (
    <div class="stage nothing">
      <p class="lead">{say("empty")}</p>
      <p class="quiet">{say("emptyHint")}</p>
      {value && (
        <div class="chips">
          <span class="quiet">{say("wellConnected")}</span>
          {value.items.map((one) => (
            <button key={one.slug} type="button" class="chip" onClick={() => show({ ...add(view.value, [one.slug]), expanded: [{ entity: one.slug, relation: "", direction: "both", type: "", limit: 0 }] })}>
              <Dot type={one.type} />{one.name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function onPaths({ paths }: Paths): string[] {
  return paths.flatMap((path) => path.entities.map((one) => one.slug));
}

function inCommon({ entities, shared }: Comparison): string[] {
  return [...entities, ...shared.map((row) => row.target)].map((one) => one.slug);
}

function trailOf(paths: Paths | undefined, comparison: Comparison | undefined): ReadonlySet<string> {
  const edges = paths?.paths.flatMap((path) => path.steps.flatMap((step) => step.map((one) => one.edge))) ?? [];
  const claims = comparison?.shared.flatMap((row) => Object.values(row.claims).map((claim) => claim.edge)) ?? [];
  const between = comparison?.between.map((one) => one.edge) ?? [];
  return new Set([...(paths ? onPaths(paths) : []), ...edges, ...(comparison ? inCommon(comparison) : []), ...claims, ...between]);
}
