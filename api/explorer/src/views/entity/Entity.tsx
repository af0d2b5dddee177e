// All that is known of one entity, each thing with who says so.
import { useRef } from "preact/hooks";

import { readEntity } from "../../api/calls";
import { useResource } from "../../api/resource";
import type { Entity as Known, Opinion } from "../../api/types";
import { about, attributeLabel, languageOf, polarityLabel, textOf, typeLabel } from "../../api/vocabulary";
import { languageName, t } from "../../i18n";
import { language } from "../../state/preferences";
import { addressOf, view } from "../../state/store";
import { DataLink } from "../../ui/DataLink";
import { Dot, Sources, Trouble, Waiting } from "../../ui/parts";
import { Relations } from "./Relations";

export default function Entity() {
  const slug = view.value.selection;
  const lang = language.value;
  const { value: entity, error } = useResource((signal) => readEntity(slug, lang, { signal }), [slug, lang]);
  // Until the answer has come, that to what was asked before stays.
  const told = useRef({ slug, answer: entity ?? error });
  if (told.current.answer !== (entity ?? error)) told.current = { slug, answer: entity ?? error };
  const isBusy = told.current.slug !== slug;
  if (error) return <div class="screen" aria-busy={isBusy}><h1>{told.current.slug}</h1><Trouble error={error} /></div>;
  if (!entity) return <Waiting />;
  return (
    <article class="screen entity-page" aria-busy={isBusy}>
      <Head entity={entity} />
      <Facts entity={entity} />
      <Opinions opinions={entity.opinions} />
      {entity.questions.length > 0 && (
        <section>
          <h2>{t("openQuestions")}</h2>
          <ul class="statements">
            {entity.questions.map((one, place) => <li key={place}><p lang={languageOf(one.texts)}>{textOf(one.texts)}</p><Sources sources={one.sources} /></li>)}
          </ul>
        </section>
      )}
      <Relations key={entity.slug} entity={entity} />
    </article>
  );
}

function Head({ entity }: { entity: Known }) {
  const { slug } = entity;
  const isThing = !slug.includes("/");
  const title = textOf(entity.labels, entity.name);
  const elsewhere = Object.entries(entity.descriptions).filter(([tag]) => tag !== language.value);
  const document = /^document\/([^/]+)$/.exec(slug)?.[1];
  const here = entity.descriptions[language.value];
  return (
    <div class="entity-head">
      <p class="kind"><a href={addressOf("browse", { options: { type: entity.type } })}><Dot type={entity.type} />{typeLabel(entity.type)}</a></p>
      <h1 lang={languageOf(entity.labels)}>{title}</h1>
      <OtherNames entity={entity} title={title} />
      {here && <p class="lead">{here}</p>}
      {elsewhere.map(([tag, text]) => <p key={tag} class={here ? "elsewhere" : "lead"} lang={tag}>{text}</p>)}
      <p class="actions">
        {isThing && <a class="button" href={addressOf("graph", { selection: slug, shown: [slug], expanded: [{ entity: slug, relation: "", direction: "both", type: "", limit: 0 }] })}>{t("showInGraph")}</a>}
        {document && <a class="button" href={addressOf("browse", { options: { document } })}>{t("saysWhat")}</a>}
        <a class="button" href={addressOf("sparql", { query: `SELECT ?relation ?other WHERE { <${entity.iri}> ?relation ?other }` })}>{t("askInSparql")}</a>
        {isThing && <DataLink path={`api/entities/${encodeURIComponent(slug)}`}>{t("asJson")}</DataLink>}
        <DataLink path={isThing ? `id/${encodeURIComponent(slug)}` : slug} parameters={{ format: "turtle" }}>{t("asTurtle")}</DataLink>
      </p>
    </div>
  );
}

/** What it is called besides: in other languages, and without one. */
function OtherNames({ entity: { name, labels, spellings }, title }: { entity: Known; title: string }) {
  const translated = Object.entries(labels).filter(([, text]) => text !== title);
  const others = [...new Set([name, ...spellings])].filter((one) => one !== title && !Object.values(labels).includes(one));
  return (
    <>
      {translated.map(([tag, text]) => <p key={tag} class="others">{t("inOther", { language: languageName(tag) })} <span lang={tag}>{text}</span></p>)}
      {others.length > 0 && <p class="others">{t("otherwise")} {others.join(", ")}</p>}
    </>
  );
}

function Facts({ entity }: { entity: Known }) {
  const facts = Object.entries(entity.attributes);
  if (!facts.length) return null;
  return (
    <section>
      <h2>{t("facts")}</h2>
      <dl class="facts">
        {facts.map(([key, values]) => (
          <div key={key}>
            <dt>{attributeLabel(key)}</dt>
            {values.map((one) => <dd key={one.value}><Fact value={one.value} /><Sources sources={one.sources} /></dd>)}
          </div>
        ))}
      </dl>
    </section>
  );
}

function Fact({ value }: { value: string }) {
  const isAddress = /^https?:\/\//.test(value);
  return isAddress ? <a href={value} rel="noreferrer">{value.replace(/^https?:\/\//, "").replace(/\/$/, "")}</a> : <span>{value}</span>;
}

/** Opinions by their kind, in the order in which the ontology has the kinds that there are. */
function Opinions({ opinions }: { opinions: readonly Opinion[] }) {
  if (!opinions.length) return null;
  const known = ["pro", "con", ...(about.value?.words.polarities.map((one) => one.key) ?? []), ...opinions.map((one) => one.polarity)];
  const kinds = [...new Set(known)].filter((kind) => opinions.some((one) => one.polarity === kind));
  return (
    <section>
      <h2>{t("opinions")}</h2>
      <div class="opinions">
        {kinds.map((kind) => (
          <div key={kind} class={`opinion ${kind}`}>
            <h3>{kind === "pro" || kind === "con" ? t(kind) : polarityLabel(kind)}</h3>
            <ul class="statements">
              {opinions.filter((one) => one.polarity === kind).map((one, place) => (
                <li key={place}><blockquote lang={one.language}>{one.words}{one.grade && <b> {one.grade}</b>}</blockquote><Sources sources={one.sources.map((source) => ({ ...source, words: null }))} /></li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </section>
  );
}
