// What an answer connects, drawn, and told in sentences with who says so.
import { useMemo } from "preact/hooks";

import { useResource } from "../../api/resource";
import { colourHere, slugOf } from "../../api/vocabulary";
import { addressOf } from "../../state/store";
import { Trouble, Waiting } from "../../ui/parts";
import { drawable, fitted, layout, type Network } from "./network";
import { runAsNetwork } from "./run";
import { s } from "./texts";

const WIDTH = 960;
const MOST_LABELLED = 40;
const MOST_HANDED_OVER = 100;

export function ResultGraph({ query }: { query: string }) {
  const { value, error } = useResource((signal) => runAsNetwork(query, signal), [query]);
  if (error) return <Trouble error={error} />;
  if (!value) return <Waiting />;
  if (!value.nodes.length) return <p class="quiet">{s("graphNone")}</p>;
  const part = drawable(value);
  const slugs = part.nodes.map((one) => slugOf(one.iri)).filter((slug) => slug && !slug.includes("/"));
  return (
    <div class="result-graph">
      <div class="result-tools">
        <span class="count">{s("graphOf", { nodes: value.nodes.length, edges: value.edges.length })}</span>
        {part.nodes.length < value.nodes.length && <span class="count">{s("graphPart", { shown: part.nodes.length, count: value.nodes.length })}</span>}
        {slugs.length > 0 && (
          <a class="button" href={addressOf("graph", { shown: slugs.slice(0, MOST_HANDED_OVER) })}>
            {slugs.length > MOST_HANDED_OVER ? s("graphOpenPart", { count: MOST_HANDED_OVER }) : s("graphOpen")}
          </a>
        )}
      </div>
      <Drawing network={part} />
      {part.edges.length > 0 && <Sentences network={part} />}
    </div>
  );
}

function Drawing({ network }: { network: Network }) {
  const height = Math.round(Math.min(640, 220 + network.nodes.length * 14));
  const places = useMemo(() => fitted(layout(network), WIDTH, height, 70), [network]);
  const isLabelled = network.edges.length <= MOST_LABELLED;
  const at = (id: string) => places.get(id) ?? { x: 0, y: 0 };
  return (
    <div class="scroll" role="region" aria-label={s("graphOf", { nodes: network.nodes.length, edges: network.edges.length })} tabIndex={0}>
      <svg class="drawing" viewBox={`0 0 ${WIDTH} ${height}`} width={WIDTH} height={height}>
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8Z" /></marker>
        </defs>
        {network.edges.map((one) => {
          const [from, to] = [at(one.source), at(one.target)];
          const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
          const end = { x: to.x - ((to.x - from.x) / length) * 12, y: to.y - ((to.y - from.y) / length) * 12 };
          return (
            <g key={one.id} class={one.isInferred ? "edge inferred" : "edge"} aria-hidden="true">
              <line x1={from.x} y1={from.y} x2={end.x} y2={end.y} marker-end="url(#tip)" />
              {isLabelled && <text x={(from.x + to.x) / 2} y={(from.y + to.y) / 2 - 3}>{one.label}</text>}
            </g>
          );
        })}
        {network.nodes.map((one) => {
          const slug = slugOf(one.iri);
          const { x, y } = at(one.id);
          const drawn = (
            <>
              <circle cx={x} cy={y} r="9" fill={colourHere(one.colour)} />
              <text x={x} y={y + 24}>{one.label.length > 28 ? `${one.label.slice(0, 27)}…` : one.label}</text>
              <title>{one.type ? `${one.label} (${one.type})` : one.label}</title>
            </>
          );
          return slug ? <a key={one.id} class="node" href={addressOf("entity", { selection: slug })}>{drawn}</a> : <g key={one.id} class="node">{drawn}</g>;
        })}
      </svg>
    </div>
  );
}

function Sentences({ network }: { network: Network }) {
  const labels = new Map(network.nodes.map((one) => [one.id, one.label]));
  return (
    <details>
      <summary>{s("edges")}</summary>
      <ul class="statements">
        {network.edges.map((one) => (
          <li key={one.id}>
            {one.sentence || `${labels.get(one.source)} → ${labels.get(one.target)} (${one.label})`}
            {one.isInferred && <span class="basis">{s("follows")}</span>}
            {one.sources && <p class="sources">{one.sources}</p>}
          </li>
        ))}
      </ul>
    </details>
  );
}
