// Small parts that every view uses: links to entities, sources, troubles, waiting.
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { isReachable, Problem, reach, Unreachable } from "../api/client";
import type { Source, Summary } from "../api/types";
import { basisLabel, typeColour, typeLabel } from "../api/vocabulary";
import { t } from "../i18n";
import { addressOf } from "../state/store";

/** The colour of a class: the same wherever it is met. */
export function Dot({ type }: { type: string }) {
  return <span class="dot" style={{ backgroundColor: typeColour(type) }} aria-hidden="true" />;
}

/** A link to the page of an entity, with the colour of its class, which is told on request. */
export function EntityLink({ entity }: { entity: Summary }) {
  return (
    <a class="entity" href={addressOf("entity", { selection: entity.slug })} title={typeLabel(entity.type)}>
      <Dot type={entity.type} />
      {entity.name}
    </a>
  );
}

/** Who says something: document, heading, line, and how it was read. */
export function Sources({ sources }: { sources: readonly Source[] }) {
  if (!sources.length) return null;
  return (
    <ul class="sources">
      {sources.map((one) => (
        <li key={`${one.document} ${one.line} ${one.basis} ${one.words}`}>
          <a href={addressOf("entity", { selection: `document/${one.document}` })}>{one.name}</a>
          {one.heading && <span> › {one.heading}</span>}
          {one.line !== null && <span>, {t("line", { line: String(one.line) })}</span>}
          <span class="basis">{basisLabel(one.basis)}</span>
          {one.words && <q>{one.words}</q>}
        </li>
      ))}
    </ul>
  );
}

/** What went wrong, in the service's words, with what may have been meant. */
export function Trouble({ error, again }: { error: Error; again?: () => void }) {
  // Elsewhere words are suggested that are no entities: of SPARQL, of the ontology.
  const suggestions = error instanceof Problem && error.code === "entity-unknown" ? error.suggestions : [];
  return (
    <div class="trouble" role="alert">
      <p lang={error instanceof Problem ? "en" : undefined}>{toldOf(error)}</p>
      {suggestions.length > 0 && (
        <p>
          {t("didYouMean")} {suggestions.map((slug, place) => (
            <span key={slug}>
              {place > 0 && ", "}
              <a href={addressOf("entity", { selection: slug })}>{slug}</a>
            </span>
          ))}
        </p>
      )}
      {again && <button type="button" onClick={again}>{t("again")}</button>}
    </div>
  );
}

/** What went wrong, in a sentence. */
export function toldOf(error: Error): string {
  return error instanceof Unreachable ? t("unreachable") : error instanceof Problem ? error.message : t("failed");
}

/** Says that something is on its way, once that takes long enough to be noticed. */
export function Waiting() {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return <p class="waiting" role="status">{isLong ? t("loading") : ""}</p>;
}

/** A view that is loaded when it is first needed. */
export function lazy(load: () => Promise<{ default: () => VNode | null }>): () => VNode {
  let View: (() => VNode | null) | undefined;
  return function Lazy() {
    const [, setLoaded] = useState(!!View);
    const [failure, setFailure] = useState<"away" | "gone">();
    useEffect(() => {
      if (!View) load().then((found) => { View = found.default; setLoaded(true); }, () => reach().then(() => setFailure("gone"), () => setFailure("away")));
    }, []);
    return View ? <View /> : failure ? <NotLoaded isAway={failure === "away"} /> : <Waiting />;
  };
}

/** Instead of a view that did not come: browsers keep that a part is missing until the page is loaded anew. */
function NotLoaded({ isAway }: { isAway: boolean }) {
  // The address holds the view, so that nothing of it is lost.
  useEffect(() => {
    if (isAway && isReachable.value) location.reload();
  }, [isReachable.value]);
  return (
    <div class="trouble" role="alert">
      <p>{t(isAway ? "unreachable" : "outdated")}</p>
      {!isAway && <button type="button" onClick={() => location.reload()}>{t("reload")}</button>}
    </div>
  );
}

/** The frame of a view: its heading, which takes the focus when one arrives (`arrival.ts`), and what is beside it. */
export function Screen({ title, beside, children }: { title: string; beside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class="screen">
      <div class="screen-head">
        <h1>{title}</h1>
        {beside}
      </div>
      {children}
    </div>
  );
}
