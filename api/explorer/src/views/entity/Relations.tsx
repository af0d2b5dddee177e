// The relations of an entity as sentences, both ways, with sources; on request also what follows, and why.
import { useState } from "preact/hooks";

import { readConnections, readWhy } from "../../api/calls";
import { useResource } from "../../api/resource";
import type { Connection, Entity, Explanation } from "../../api/types";
import { relationLabel } from "../../api/vocabulary";
import { t } from "../../i18n";
import { language } from "../../state/preferences";
import { addressOf, setOptions, view } from "../../state/store";
import { Dot, Sources, Trouble, Waiting } from "../../ui/parts";
import { around } from "../../ui/words";

export function Relations({ entity }: { entity: Entity }) {
  const isWhole = view.value.options.inferred === "1";
  const lang = language.value;
  const wider = useResource(
    (signal) => (isWhole ? readConnections(entity.slug, lang, true, { signal }) : Promise.resolve(undefined)),
    [entity.slug, lang, isWhole],
  );
  const connections = (isWhole && wider.value) || entity.relations;
  if (!connections.length && entity.slug.includes("/")) return null;
  return (
    <section aria-labelledby="relations-title">
      <div class="section-head">
        <h2 id="relations-title">{t("relations")}</h2>
        {!entity.slug.includes("/") && (
          <label class="check">
            <input type="checkbox" checked={isWhole} onChange={() => setOptions({ inferred: isWhole ? "" : "1" }, "replace")} />
            {t("withInferred")}
          </label>
        )}
      </div>
      {wider.error && <Trouble error={wider.error} />}
      {!connections.length && <p class="quiet">{t("relationsNone")}</p>}
      {grouped(connections).map(([key, list]) => (
        <div key={key} class="relation">
          <h3>{list[0] && relationLabel(list[0].relation)}</h3>
          <ul class="statements">{list.map((one) => <li key={one.edge + one.sentence}><Told connection={one} /></li>)}</ul>
        </div>
      ))}
    </section>
  );
}

/** Order connections by how they read from here, in the order in which they come. */
function grouped(connections: readonly Connection[]): [string, Connection[]][] {
  const found = new Map<string, Connection[]>();
  for (const one of connections) {
    const key = `${one.direction} ${one.relation}`;
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return [...found];
}

function Told({ connection }: { connection: Connection }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div class={connection.inferred ? "told inferred" : "told"}>
      <p>
        <Sentence connection={connection} />
        {connection.inferred && (
          <>
            <span class="basis">{t("follows")}</span>
            <button type="button" class="why" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{t(isOpen ? "whyHide" : "why")}</button>
          </>
        )}
      </p>
      <Sources sources={connection.sources} />
      {isOpen && <Why edge={connection.edge} />}
    </div>
  );
}

function Sentence({ connection: { sentence, target, direction } }: { connection: Connection }) {
  const cut = around(sentence, target.name, direction === "in");
  const link = <a href={addressOf("entity", { selection: target.slug })}><Dot type={target.type} />{target.name}</a>;
  return cut ? <>{cut[0]}{link}{cut[1]}</> : <>{sentence} ({link})</>;
}

/** The chain from an inferred edge down to what documents state. */
export function Why({ edge }: { edge: string }) {
  const lang = language.value;
  const { value, error } = useResource((signal) => readWhy(edge, lang, { signal }), [edge, lang]);
  if (error) return <Trouble error={error} />;
  return value ? <Reasons explanation={value} /> : <Waiting />;
}

function Reasons({ explanation }: { explanation: Explanation }) {
  return (
    <ul class="chain">
      {explanation.reasons.map((one) => (
        <li key={one.rule}>
          <p class="quiet">{one.words}</p>
          <p>{one.premise.sentence}</p>
          <Sources sources={one.premise.statement.sources} />
          {one.premise.reasons.length > 0 && <Reasons explanation={one.premise} />}
        </li>
      ))}
      {explanation.through.map((one, place) => (
        <li key={place}><p>{one.sentence}</p><Sources sources={one.statement.sources} />{one.reasons.length > 0 && <Reasons explanation={one} />}</li>
      ))}
    </ul>
  );
}
