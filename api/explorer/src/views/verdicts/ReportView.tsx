// The report of a generation: counts that filter, then each document with its verdicts.
import { useState } from "preact/hooks";

import { ask, publications, request } from "../../api/client";
import { nextCursor } from "../../api/links";
import { useResource } from "../../api/resource";
import { number } from "../../i18n";
import { addressOf, setOptions, view } from "../../state/store";
import { Trouble, Waiting } from "../../ui/parts";
import { byDocument, countsOf, markOf, type Report, type Verdict } from "./report";
import { s } from "./texts";
import { Excerpt, placeOf, Told } from "./VerdictParts";

const STEP = 100;
const FILTERS = ["severity", "status", "document", "code", "entity"] as const;
type Wish = Readonly<Record<string, string>>;
// Those of which one value is chosen, each with its number.
const COUNTED = ["severity", "status", "document", "code"] as const;
type Counted = (typeof COUNTED)[number];
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
      {all.value && (all.value.total > 0 || all.value.fixed.length > 0) && <Filters wish={wish} />}
      {(found.error ?? error) && <Trouble error={(found.error ?? error) as Error} />}
      {!page && !found.error && <Waiting />}
      {page && (
        <>
          <p class="count" role="status">{totalOf(page.report)}</p>
          {!problems.length && !page.report.fixed.length && isFiltered && <p>{s("nothingFits")}</p>}
          <Documents verdicts={problems} counts={page.report.documents} />
          {next && <button type="button" class="more" onClick={() => void readMore()}>{s("more")}</button>}
          {page.report.fixed.length > 0 && page.report.against !== null && (
            <section class="fixed-verdicts" aria-labelledby="fixed-title">
              <h2 id="fixed-title">{s("fixedTitle", { against: String(page.report.against) })}</h2>
              <Documents verdicts={page.report.fixed} counts={countsOf(page.report, "document", true)} />
            </section>
          )}
        </>
      )}
    </div>
  );
}

function totalOf({ total, statuses }: Report): string {
  const fixed = statuses?.fixed ?? 0;
  const told = total === 1 ? s("oneVerdict") : s("total", { count: total });
  return [...(total || !fixed ? [told] : []), ...(fixed ? [s("fixedCount", { count: fixed })] : [])].join(", ");
}

async function readPage(wish: Wish, cursor: string, signal?: AbortSignal): Promise<Pages> {
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

/** What the report can be filtered by; a choice of one kind is left out where the values of that kind are counted. */
function Filters({ wish }: { wish: Wish }) {
  const { value } = useResource((signal) => readCounts(wish, signal), [JSON.stringify(wish), publications.value]);
  return (
    <div class="verdict-filters">
      {COUNTED.map((name) => (
        <Choice key={name} name={name} counts={value?.[name] ?? {}} chosen={wish[name]} label={name === "severity" || name === "status" ? (one) => s(one as "info") : undefined} />
      ))}
      <label class="pick">
        <span>{s("entity")}</span>
        <input type="search" placeholder={s("entityHint")} value={wish.entity} onChange={(event) => setOptions({ entity: event.currentTarget.value.trim() }, "replace")} />
      </label>
    </div>
  );
}

/** Count the values of each kind among all that fits the other choices. */
async function readCounts(wish: Wish, signal: AbortSignal): Promise<Readonly<Record<Counted, Readonly<Record<string, number>>>>> {
  // What is chosen of no kind is asked once for all of these.
  const asked = new Map<string, Promise<Report>>();
  const read = (other: Wish): Promise<Report> => {
    const key = JSON.stringify(other);
    const report = asked.get(key) ?? ask<Report>("api/validation", { ...other, limit: 0 }, { signal });
    asked.set(key, report);
    return report;
  };
  const counts = COUNTED.map(async (name) => {
    const other = { ...wish, [name]: "" };
    return [name, countsOf(await read(other), name, other.status === "fixed")] as const;
  });
  return Object.fromEntries(await Promise.all(counts)) as Record<Counted, Readonly<Record<string, number>>>;
}

interface ChoiceProps {
  readonly name: Counted;
  readonly counts: Readonly<Record<string, number>>;
  readonly chosen: string | undefined;
  readonly label: ((value: string) => string) | undefined;
}

function Choice({ name, counts, chosen = "", label = (value) => value }: ChoiceProps) {
  const values = Object.entries(counts).filter(([value, count]) => count > 0 || value === chosen);
  if (!values.length && !chosen) return null;
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

interface DocumentsProps {
  readonly verdicts: readonly Verdict[];
  /** How many there are of each document, shown yet or not. */
  readonly counts: Readonly<Record<string, number>>;
}

function Documents({ verdicts, counts }: DocumentsProps) {
  return (
    <>
      {byDocument(verdicts).map(([path, list]) => {
        const document = list[0]?.document ?? "";
        return <DocumentVerdicts key={path} path={path} document={document} verdicts={list} count={counts[document] ?? list.length} />;
      })}
    </>
  );
}

interface DocumentVerdictsProps {
  readonly path: string;
  readonly document: string;
  readonly verdicts: readonly Verdict[];
  readonly count: number;
}

function DocumentVerdicts({ path, document, verdicts, count }: DocumentVerdictsProps) {
  return (
    <section class="verdict-document">
      <h3><a href={addressOf("verdicts", { options: { ...view.value.options, document } })}>{path}</a> <span class="count">{number(count)}</span></h3>
      <ol>
        {verdicts.map((one, place) => (
          <li key={place}>
            <Told verdict={one}><span class="where">{placeOf(one)}</span></Told>
            {one.excerpt && <pre><Excerpt number={one.place.line} text={one.excerpt} marks={[markOf(one)]} /></pre>}
          </li>
        ))}
      </ol>
    </section>
  );
}
