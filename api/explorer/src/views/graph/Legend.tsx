// What the colours and edges stand for, how many there are of each, and the way to hide them.
import { relationLabel } from "../../api/vocabulary";
import { number } from "../../i18n";
import { toggleHidden } from "../../state/graph";
import { type Count, isLarge, type Picture } from "../../state/graphPicture";
import { show, view } from "../../state/store";
import { Dot } from "../../ui/parts";
import { kindLabel, say } from "./texts";

export function Legend({ picture }: { picture: Picture }) {
  const { hidden } = view.value;
  if (!picture.types.length && !hidden.length) return null;
  return (
    <details open>
      <summary>{say("legend")}</summary>
      <Kinds kind="type" title={say("entities")} counts={picture.types} />
      <Kinds kind="relation" title={say("relations")} counts={picture.relations} />
      <Strokes picture={picture} />
      {picture.hiddenNodes.length > 0 && (
        <div class="chips" role="group" aria-label={say("hiddenOnes")}>
          {picture.hiddenNodes.map((one) => (
            <button key={one.slug} type="button" class="chip off" aria-label={say("reveal", { name: one.name })} onClick={() => show(toggleHidden(view.value, { kind: "entity", key: one.slug }))}>
              {one.name}
            </button>
          ))}
        </div>
      )}
      {hidden.length > 0 && <button type="button" onClick={() => show({ ...view.value, hidden: [] })}>{say("showAll")}</button>}
    </details>
  );
}

/** How edges are drawn. */
function Strokes({ picture }: { picture: Picture }) {
  if (isLarge(picture)) return <p class="quiet">{say("legendLarge")}</p>;
  return picture.edges.some((one) => one.inferred) ? <p class="quiet">{say("legendInferred")}</p> : null;
}

function Kinds({ kind, title, counts }: { kind: "type" | "relation"; title: string; counts: readonly Count[] }) {
  if (!counts.length) return null;
  return (
    <div class="chips" role="group" aria-label={title}>
      {counts.map((one) => (
        <button key={one.key} type="button" class={one.isHidden ? "chip off" : "chip"} aria-pressed={!one.isHidden} onClick={() => show(toggleHidden(view.value, { kind, key: one.key }))}>
          {kind === "type" && <Dot type={one.key} />}
          {kind === "type" ? kindLabel(one.key) : relationLabel(one.key)} <span>{number(one.count)}</span>
        </button>
      ))}
    </div>
  );
}
