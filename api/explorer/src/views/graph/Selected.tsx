// What is selected: an entity with all that can be done to it, or an edge with who states it.
import { readNeighbours, readStatement, type NeighbourCount, type NeighbourCounts, type Subgraph, type SubgraphNode } from "../../api/graph";
import { useResource } from "../../api/resource";
import { number } from "../../i18n";
import { ALL, collapse, expand, expansionOf, type Group, groupOf, isHidden, nextLimit, pin, toggleHidden, USUAL } from "../../state/graph";
import type { Picture } from "../../state/graphPicture";
import { language } from "../../state/preferences";
import { addressOf, setOptions, show, view } from "../../state/store";
import { Dot, Sources, Trouble } from "../../ui/parts";
import { Why } from "../entity/Relations";
import { kindLabel, say } from "./texts";

export function Selected({ part, picture }: { part: Subgraph | undefined; picture: Picture }) {
  const { selection, options } = view.value;
  const node = part?.nodes.find((one) => one.slug === selection);
  const edge = picture.edges.find((one) => one.id === options.edge);
  return (
    <details open>
      <summary>{say("selected")}</summary>
      {edge && <Told key={edge.id} id={edge.id} isInferred={edge.inferred} />}
      {!node && !edge && <p class="quiet">{say("selectNothing")}</p>}
      {node && part && <Card key={node.slug} node={node} part={part} />}
    </details>
  );
}

/** An edge in a sentence, with who states it or why it follows. */
export function Told({ id, isInferred }: { id: string; isInferred: boolean }) {
  const lang = language.value;
  const { value, error } = useResource((signal) => readStatement(id, lang, { signal }), [id, lang]);
  if (error) return <Trouble error={error} />;
  if (!value) return null;
  return (
    <div class={isInferred ? "told inferred" : "told"} role="status">
      <p>{value.sentence}</p>
      {value.inferred ? <Why edge={id} /> : <Sources sources={value.sources} />}
    </div>
  );
}

function Card({ node, part }: { node: SubgraphNode; part: Subgraph }) {
  const now = view.value;
  const { slug } = node;
  const isThing = !slug.includes("/");
  const isPinned = now.pinned.some((one) => one.entity === slug);
  const isOut = isHidden(now, { kind: "entity", key: slug });
  return (
    <div class="card">
      <p class="kind"><Dot type={node.type} />{kindLabel(node.type)}</p>
      <h2>{node.name}</h2>
      <p class="quiet">{say(node.omitted ? "neighbours" : "neighboursAll", { total: node.neighbours, omitted: node.omitted })}</p>
      <div class="actions">
        <a class="button" href={addressOf("entity", { selection: slug })}>{say("open")}</a>
        <button type="button" onClick={() => show(toggleHidden(view.value, { kind: "entity", key: slug }))}>{isOut ? say("reveal", { name: node.name }) : say("hide")}</button>
        <PinButton slug={slug} isPinned={isPinned} />
        {isThing && <button type="button" onClick={() => setOptions({ from: slug })}>{say("pathFrom")}</button>}
        {isThing && <button type="button" onClick={() => setOptions({ to: slug })}>{say("pathTo")}</button>}
        {isThing && <button type="button" onClick={() => setOptions({ compare: paired(now.options.compare ?? "", slug) })}>{say("compareWith")}</button>}
      </div>
      <Expansions node={node} part={part} />
    </div>
  );
}

/** Pinning by keys holds a node where it is; where that is the canvas knows. */
function PinButton({ slug, isPinned }: { slug: string; isPinned: boolean }) {
  return (
    <button type="button" aria-pressed={isPinned} onClick={() => show(pin(view.value, slug, isPinned ? undefined : placeOf(slug)))}>
      {say(isPinned ? "unpin" : "pin")}
    </button>
  );
}

let places: ReadonlyMap<string, { readonly x: number; readonly y: number }> = new Map();

/** Tell where nodes are now. */
export function keepPlaces(now: typeof places): void {
  places = now;
}

const placeOf = (slug: string): { readonly x: number; readonly y: number } => places.get(slug) ?? { x: 0, y: 0 };

/** Return two of a comparison: the one that was there, and the new one. */
function paired(before: string, slug: string): string {
  const others = before.split(",").filter((one) => one && one !== slug);
  return [...others.slice(-1), slug].join(",");
}

function Expansions({ node: { slug, neighbours }, part }: { node: SubgraphNode; part: Subgraph }) {
  const now = view.value;
  // Of documents and sections the service counts no kinds.
  const isCounted = !slug.includes("/");
  const inferred = now.options.inferred === "1";
  const lang = language.value;
  const { value, error } = useResource<NeighbourCounts | undefined>(
    (signal) => (isCounted ? readNeighbours(slug, lang, inferred, { signal }) : Promise.resolve(undefined)),
    [slug, lang, inferred],
  );
  if (error) return <Trouble error={error} />;
  const groups = (value?.counts ?? []).map((one) => ({ ...one, ...groupOf(one) }));
  const isWhole = now.expanded.some((one) => one.entity === slug && !one.relation && one.direction === "both" && !one.type);
  const isAny = now.expanded.some((one) => one.entity === slug);
  return (
    <div class="expansions" role="group" aria-label={say("expandBy")}>
      <p class="actions">
        {!isWhole && <button type="button" class="main" onClick={() => show(expand(view.value, slug))}>{say("expandAll")} <span>{number(neighbours)}</span></button>}
        {isAny && <button type="button" onClick={() => show(collapse(view.value, slug))}>{say("collapseAll")}</button>}
      </p>
      {isWhole && <More slug={slug} group={ALL} total={neighbours} part={part} what={say("expandAll")} />}
      <ul>
        {groups.map((one) => <Row key={`${one.relation} ${one.direction} ${one.type}`} slug={slug} group={one} groups={groups} part={part} isWhole={isWhole} />)}
      </ul>
    </div>
  );
}

interface RowProps {
  readonly slug: string;
  readonly group: NeighbourCount;
  readonly groups: readonly NeighbourCount[];
  readonly part: Subgraph;
  readonly isWhole: boolean;
}

function Row({ slug, group, groups, part, isWhole }: RowProps) {
  const isOn = expansionOf(view.value, slug, group) !== undefined;
  const toggle = (): void => show(isOn ? collapse(view.value, slug, group, groups) : expand(view.value, slug, group));
  const what = `${group.label} · ${kindLabel(group.type)}`;
  return (
    <li>
      <label>
        <input type="checkbox" checked={isOn} onChange={toggle} />
        <span><Dot type={group.type} />{what}</span> <b>{number(group.count)}</b>
      </label>
      {isOn && !isWhole && <More slug={slug} group={group} total={group.count} part={part} what={what} />}
    </li>
  );
}

/** Says how many are shown where not all are, and shows more as long as there is room. */
function More({ slug, group, total, part, what }: { slug: string; group: Group; total: number; part: Subgraph; what: string }) {
  const place = view.value.expanded.findIndex(
    (one) => one.entity === slug && one.relation === group.relation && one.direction === group.direction && one.type === group.type,
  );
  const expansion = view.value.expanded[place];
  const answer = part.expansions[place];
  if (!expansion || !answer || answer.slug !== slug || answer.shown >= total) return null;
  const limit = nextLimit(expansion.limit, part.nodes.length);
  if (!limit) return <p class="quiet more-of">{say("shownMost", { shown: answer.shown, count: total })}</p>;
  const count = Math.min(USUAL, total - answer.shown);
  return (
    <p class="quiet more-of">
      {say("shownOf", { shown: answer.shown, count: total })}{" "}
      <button type="button" aria-label={say("showMoreOf", { count, what })} onClick={() => show(expand(view.value, slug, group, limit))}>{say("showMore", { count })}</button>
    </p>
  );
}
