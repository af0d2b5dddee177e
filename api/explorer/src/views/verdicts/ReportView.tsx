// The report of a generation: counts that filter, then each document with its verdicts.
import { useState } from "preact/hooks";

import { ask, publications, request } from "../../api/client";
import { nextCursor } from "../../api/links";
import { useResource } from "../../api/resource";
import { number } from "../../i18n";
import { addressOf, setOptions, view } from "../../state/store";
import { Trouble, Waiting } from "../../ui/parts";
import { byDocument, markOf, type Report, type Verdict } from "./report";
import { s } from "./texts";
import { Excerpt, placeOf, Told } from "./VerdictParts";

const STEP = 100;
const FILTERS = ["severity", "status", "document", "code", "entity"] as const;
type Filter = (typeof FILTERS)[number];
interface Pages {
  readonly report: Report;
  readonly next: string;
}

export function ReportView() {
  const { options } = view.value;
  const wish = Object.fromEntries(FILTERS.map((name) => [name, options[name] ?? ""]));
  const key = JSON.stringify(wish);
  const all = useResource((signal) => ask<Report>("api/validation", { limit: 0 }, { signal }), [publications.value]);
  const found = useResource((signal) => readPage(wish, "", signal), [key, publications.value]);
  const [further, setFurther] = useState<{ of: Pages; problems: readonly Verdict[]; next: string }>();
  const [error, setError] = useState<Error>();
  const page = found.value;
  const more = page && further?.of === page ? further : undefined;
  const problems = [...(page?.report.problems ?? []), ...(more?.problems ?? [])];
  const next = more ? more.next : (page?.next ?? "");
  const isFiltered = FILTERS.some((name) => wish[name]);

  async function readMore(): Promise<void> {
    if (!page) return;
    try {
      const { report, next: after } = await readPage(wish, next);
      setFurther({ of: page, problems: [...(more?.problems ?? []), ...report.problems], next: after });
      setError(undefined);
    } catch (failure) {
      setError(failure as Error);
    }
  }

  return (
    <div class="report">
      {all.value && <Standing report={all.value} />}
      {all.value && <Filters report={all.value} wish={wish} />}
      {(found.error ?? error) && <Trouble error={(found.error ?? error) as Error} />}
      {!page && !found.error && <Waiting />}
      {page && (
        <>
          <p class="count" role="status">{page.report.total === 1 ? s("oneVerdict") : s("total", { count: page.report.total })}</p>
          {!problems.length && !page.report.fixed.length && isFiltered && <p>{s("nothingFits")}</p>}
          <Documents verdicts={problems} />
          {next && <button type="button" class="more" onClick={() => void readMore()}>{s("more")}</button>}
          {page.report.fixed.length > 0 && page.report.against !== null && (
            <section class="fixed-verdicts" aria-labelledby="fixed-title">
              <h2 id="fixed-title">{s("fixedTitle", { against: String(page.report.against) })}</h2>
              <Documents verdicts={page.report.fixed} />
            </section>
          )}
        </>
      )}
    </div>
  );
}

async function readPage(wish: Readonly<Record<string, string>>, cursor: string, signal?: AbortSignal): Promise<Pages> {
  const asking = { headers: { Accept: "application/json" }, ...(signal && { signal }) };
  const response = await request("api/validation", { ...wish, limit: STEP, ...(cursor && { cursor }) }, asking);
  return { report: (await response.json()) as Report, next: nextCursor(response.headers.get("Link")) };
}

function Standing({ report }: { report: Report }) {
  return (
    <p class={report.conforms ? "standing good" : "standing bad"}>
      <b>{report.total === 0 ? s("nothing") : s(report.conforms ? "conforms" : "conformsNot")}</b>{" "}
      <span>{s("of", { generation: String(report.generation) })}{report.against !== null && <>, {s("against", { against: String(report.against) })}</>}</span>
    </p>
  );
}

function Filters({ report, wish }: { report: Report; wish: Readonly<Record<string, string>> }) {
  if (!report.total && !report.fixed.length) return null;
  return (
    <div class="verdict-filters">
      <Choice name="severity" counts={report.severities} chosen={wish.severity} label={(one) => s(one as "info")} />
      {report.statuses && <Choice name="status" counts={report.statuses} chosen={wish.status} label={(one) => s(one as "new")} />}
      <Choice name="document" counts={report.documents} chosen={wish.document} />
      <Choice name="code" counts={report.codes} chosen={wish.code} />
      <label class="pick">
        <span>{s("entity")}</span>
        <input type="search" placeholder={s("entityHint")} value={wish.entity} onChange={(event) => setOptions({ entity: event.currentTarget.value.trim() }, "replace")} />
      </label>
    </div>
  );
}

interface ChoiceProps {
  readonly name: Filter;
  readonly counts: Readonly<Record<string, number>>;
  readonly chosen: string | undefined;
  readonly label?: (value: string) => string;
}

function Choice({ name, counts, chosen = "", label = (value) => value }: ChoiceProps) {
  const values = Object.entries(counts).filter(([value, count]) => count > 0 || value === chosen);
  if (!values.length) return null;
  return (
    <label class="pick">
      <span>{s(name)}</span>
      <select value={chosen} onChange={(event) => setOptions({ [name]: event.currentTarget.value })}>
        <option value="">{s("all")}</option>
        {chosen && !(chosen in counts) && <option value={chosen}>{label(chosen)}</option>}
        {values.map(([value, count]) => <option key={value} value={value}>{`${label(value)} (${number(count)})`}</option>)}
      </select>
    </label>
  );
}

function Documents({ verdicts }: { verdicts: readonly Verdict[] }) {
  return (
    <>
      {byDocument(verdicts).map(([path, list]) => (
        <section key={path} class="verdict-document">
          <h3><a href={addressOf("verdicts", { options: { document: list[0]?.document ?? "" } })}>{path}</a> <span class="count">{number(list.length)}</span></h3>
          <ol>
            {list.map((one, place) => (
              <li key={place}>
                <Told verdict={one}><span class="where">{placeOf(one)}</span></Told>
                {one.excerpt && <pre><Excerpt number={one.place.line} text={one.excerpt} marks={[markOf(one)]} /></pre>}
              </li>
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}
