// How two entities are connected, and what two have in common; both are told in sentences, and lit in the picture.
import { useState } from "preact/hooks";

import type { ComparedRelation, Comparison, Paths } from "../../api/graph";
import { relationLabel, typeLabel } from "../../api/vocabulary";
import { addressOf, setOptions, view } from "../../state/store";
import { EntityLink, Sources, Trouble } from "../../ui/parts";
import { Panel } from "./Panel";
import { Picker } from "./Picker";
import { say, type Word } from "./texts";

const REASONS: Readonly<Record<string, Word>> = { time: "reasonTime", length: "reasonLength", count: "reasonCount" };

export function PathPanel({ paths, error }: { paths: Paths | undefined; error: Error | undefined }) {
  const { from = "", to = "", find = "shortest" } = view.value.options;
  return (
    <Panel title={say("path")} content={[from, to].filter(Boolean).join(" ")} empty={() => setOptions({ from: "", to: "", find: "" })}>
      <div class="ends">
        <Picker label={say("from")} chosen={from} pick={(slug) => setOptions({ from: slug })} />
        <Picker label={say("to")} chosen={to} pick={(slug) => setOptions({ to: slug })} />
      </div>
      <fieldset>
        <legend class="unseen">{say("pathWhich")}</legend>
        {(["shortest", "all"] as const).map((one) => (
          <label key={one} class="check">
            <input type="radio" name="find" checked={find === one} onChange={() => setOptions({ find: one === "all" ? "all" : "" })} />
            {say(one === "all" ? "pathAll" : "pathShortest")}
          </label>
        ))}
      </fieldset>
      {error && <Trouble error={error} />}
      {from !== "" && from === to && <p role="status">{say("sameEnds")}</p>}
      {paths && <Found paths={paths} />}
    </Panel>
  );
}

function Found({ paths: { paths, complete, reached } }: { paths: Paths }) {
  const reason = complete ? undefined : REASONS[reached];
  if (!paths.length) return <p role="status">{reason ? say("pathNoneYet", { reason: say(reason) }) : say("pathNone")}</p>;
  return (
    <>
      <p class="quiet" role="status">{say(paths.length === 1 ? "pathOne" : "pathCount", { count: paths.length, length: paths[0]?.steps.length ?? 0 })}</p>
      {reason && <p class="quiet">{say("pathMore", { reason: say(reason) })}</p>}
      {paths.map((path, place) => (
        <ol key={place} class="chain">
          {path.steps.map((step, at) => step.slice(0, 1).map((one) => (
            <li key={at} class={one.inferred ? "told inferred" : "told"}><p>{one.sentence}</p><Sources sources={one.sources} /></li>
          )))}
        </ol>
      ))}
    </>
  );
}

export function Compare({ comparison, error }: { comparison: Comparison | undefined; error: Error | undefined }) {
  const { compare = "" } = view.value.options;
  const [one = "", other = ""] = compare.split(",");
  const set = (first: string, second: string): void => setOptions({ compare: second ? `${first},${second}` : first });
  return (
    <Panel title={say("compare")} content={compare} empty={() => setOptions({ compare: "" })}>
      <div class="ends">
        <Picker label={say("one")} chosen={one} pick={(slug) => set(slug, other)} />
        <Picker label={say("other")} chosen={other} pick={(slug) => (one ? set(one, slug) : set(slug, ""))} />
      </div>
      {error && <Trouble error={error} />}
      {one !== "" && one === other && <p role="status">{say("sameEnds")}</p>}
      {comparison && <Compared comparison={comparison} />}
    </Panel>
  );
}

function Compared({ comparison }: { comparison: Comparison }) {
  const { entities, shared, different, between, shared_types: types } = comparison;
  return (
    <div class="compared">
      <p>{entities.map((one, place) => <span key={one.slug}>{place > 0 && " · "}<EntityLink entity={one} /></span>)}</p>
      <h3>{say("both")}</h3>
      {types[0] && <p class="quiet">{typeLabel(types[0])}</p>}
      {shared.length ? <Rows rows={shared} /> : <p class="quiet">{say("compareNone")}</p>}
      {between.length > 0 && <h3>{say("between")}</h3>}
      <ul class="statements">{between.map((one) => <li key={one.edge}><p>{one.sentence}</p><Sources sources={one.sources} /></li>)}</ul>
      {entities.map((one) => {
        const rows = different.filter((row) => row.claims[one.slug]);
        return rows.length > 0 && <div key={one.slug}><h3>{say("onlyOne", { name: one.name })}</h3><Rows rows={rows} /></div>;
      })}
    </div>
  );
}

const FEW = 8;

function Rows({ rows }: { rows: readonly ComparedRelation[] }) {
  const [isWhole, setWhole] = useState(false);
  return (
    <>
      <ul class="statements">
        {(isWhole ? rows : rows.slice(0, FEW)).map((row) => (
          <li key={`${row.relation} ${row.target.slug}`}>
            <p>{relationLabel(row.relation)} <a href={addressOf("entity", { selection: row.target.slug })}>{row.target.name}</a></p>
            {Object.entries(row.claims).map(([slug, claim]) => <Sources key={slug} sources={claim.sources} />)}
          </li>
        ))}
      </ul>
      {rows.length > FEW && !isWhole && <button type="button" onClick={() => setWhole(true)}>{say("moreRows", { count: rows.length })}</button>}
    </>
  );
}
