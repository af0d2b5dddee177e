// Questions that come with the documents; each answer is asked for when it is shown.
import { useState } from "preact/hooks";

import { readExamples, select } from "../../api/calls";
import { useResource } from "../../api/resource";
import type { Example, Term } from "../../api/types";
import { slugOf, textOf } from "../../api/vocabulary";
import { t } from "../../i18n";
import { addressOf } from "../../state/store";
import { Trouble, Waiting } from "../../ui/parts";

const FEW = 6;
const MOST_ROWS = 4;

export function Questions() {
  const [isWhole, setWhole] = useState(false);
  const { value = [] } = useResource((signal) => readExamples({ signal }), []);
  if (!value.length) return null;
  return (
    <section aria-labelledby="questions-title">
      <div class="section-head"><h2 id="questions-title">{t("questionsTitle")}</h2></div>
      <ul class="cards">
        {(isWhole ? value : value.slice(0, FEW)).map((one) => <li key={one.id}><Question example={one} /></li>)}
      </ul>
      {value.length > FEW && (
        <button type="button" class="more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {t(isWhole ? "fewerQuestions" : "moreQuestions")}
        </button>
      )}
    </section>
  );
}

function Question({ example }: { example: Example }) {
  const { value, error } = useResource((signal) => select(example.sparql, { signal }), [example.sparql]);
  const rows = value?.results?.bindings ?? [];
  const names = value?.head.vars ?? [];
  return (
    <article>
      <h3>{textOf(example.question)}</h3>
      {error && <Trouble error={error} />}
      {!value && !error && <Waiting />}
      {value?.boolean !== undefined && <p>{t(value.boolean ? "yes" : "no")}</p>}
      {value?.results && rows.length === 0 && <p>{t("noAnswer")}</p>}
      {rows.length > 0 && (
        <ul class="answer">
          {rows.slice(0, MOST_ROWS).map((row, place) => (
            <li key={place}>
              {names.filter((name) => row[name]).map((name, at) => (
                <span key={name}>{at > 0 && <i aria-hidden="true"> · </i>}<Value term={row[name] as Term} /></span>
              ))}
            </li>
          ))}
          {rows.length > MOST_ROWS && <li class="rest">{t("moreRows", { count: rows.length - MOST_ROWS })}</li>}
        </ul>
      )}
      <a class="quiet" href={addressOf("sparql", { query: example.sparql })}>{t("askInSparql")}</a>
    </article>
  );
}

function Value({ term }: { term: Term }) {
  const slug = term.type === "uri" ? slugOf(term.value) : "";
  if (slug) return <a href={addressOf("entity", { selection: slug })}>{slug}</a>;
  return <span lang={term["xml:lang"]}>{term.value}</span>;
}
