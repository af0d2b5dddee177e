// What was published last, and how the documents stand.
import { readDocuments, readGenerations } from "../../api/calls";
import { useResource } from "../../api/resource";
import { date, t } from "../../i18n";
import { addressOf } from "../../state/store";
import { Trouble } from "../../ui/parts";

const MOST = 5;
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
  return (
    <section aria-labelledby="stand-title">
      <div class="section-head"><h2 id="stand-title">{t("standTitle")}</h2><a href={addressOf("verdicts")}>{t("verdicts")}</a></div>
      {error && <Trouble error={error} />}
      <ul class="rows">
        {value.slice(0, 20).map((one) => (
          <li key={one.slug}>
            <a href={addressOf("entity", { selection: `document/${one.slug}` })}>{one.path || one.slug}</a>
            <span class={`status ${one.status}`}>{one.status in STATUS ? t(STATUS[one.status as keyof typeof STATUS]) : one.status}</span>
            <span class="quiet">{t("standStatements", { count: one.statements })}</span>
          </li>
        ))}
      </ul>
      {value.length > 20 && <p class="quiet">{t("moreRows", { count: value.length - 20 })}</p>}
    </section>
  );
}
