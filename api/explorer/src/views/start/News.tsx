// What was published last, and how the documents stand.
import { useState } from "preact/hooks";

import { countVerdicts, readDocuments, readGenerations } from "../../api/calls";
import { useResource } from "../../api/resource";
import type { DocumentEntry } from "../../api/types";
import { date, t } from "../../i18n";
import { addressOf } from "../../state/store";
import { Trouble } from "../../ui/parts";

const MOST = 5;
const STEP = 20;
const SEVERITIES = { violation: "countViolations", warning: "countWarnings", info: "countHints" } as const;
const STATUS = { current: "standCurrent", stale: "standStale", absent: "standAbsent" } as const;

export function News() {
  const { value = [], error } = useResource((signal) => readGenerations({ signal }), []);
  return (
    <section aria-labelledby="news-title">
      <div class="section-head"><h2 id="news-title">{t("newsTitle")}</h2></div>
      {error && <Trouble error={error} />}
      <ol class="rows">
        {value.slice(0, MOST).map((one) => (
          <li key={one.id}>
            <a href={addressOf("start", { generation: value[0] === one ? "" : String(one.id) })}><time dateTime={one.published}>{date(one.published)}</time></a>
            <span>{one.changed.slice(0, 3).join(", ")}{one.changed.length > 3 && ` … ${t("moreRows", { count: one.changed.length - 3 })}`}</span>
            <span class="quiet">{one.by ? t("newsBy", { who: one.by }) : one.cause === "build" ? t("newsBuild") : one.cause} · {t("newsTriples", { count: one.triples })}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Stand() {
  const { value = [], error } = useResource((signal) => readDocuments({ signal }), []);
  const [most, setMost] = useState(STEP);
  return (
    <section aria-labelledby="stand-title">
      <div class="section-head"><h2 id="stand-title">{t("standTitle")}</h2><VerdictCount /></div>
      {error && <Trouble error={error} />}
      <ul class="rows">
        {ordered(value).slice(0, most).map((one) => (
          <li key={one.slug}>
            <a href={addressOf("entity", { selection: `document/${one.slug}` })}>{one.path || one.slug}</a>
            <span class={`status ${one.status}`}>{one.status in STATUS ? t(STATUS[one.status as keyof typeof STATUS]) : one.status}</span>
            <span class="quiet">{t("standStatements", { count: one.statements })}</span>
          </li>
        ))}
      </ul>
      {value.length > most && (
        <button type="button" class="more" onClick={() => setMost(most + 10 * STEP)}>{t("listMore")} <span class="count">{t("moreRows", { count: value.length - most })}</span></button>
      )}
    </section>
  );
}

/** How much is wrong, as a link to what it is; where the service does not count, the link alone. */
function VerdictCount() {
  const { value } = useResource((signal) => countVerdicts({ signal }), []);
  const counts = Object.entries(SEVERITIES).flatMap(([severity, key]) => {
    const count = value?.severities[severity] ?? 0;
    return count ? [<span key={severity} class={`verdict ${severity}`}>{t(key, { count })}</span>] : [];
  });
  return <a class="verdict-counts" href={addressOf("verdicts")}>{counts.length ? counts : t(value ? "countNothing" : "verdicts")}</a>;
}

/** What is not as it should be comes first. */
function ordered(documents: readonly DocumentEntry[]): readonly DocumentEntry[] {
  const isFine = (one: DocumentEntry) => Number(one.status === "current");
  return [...documents].sort((one, other) => isFine(one) - isFine(other));
}
