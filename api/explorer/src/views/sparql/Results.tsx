// What came of a query: yes or no, or rows as a table, a graph, a chart.
import { useMemo, useRef } from "preact/hooks";

import { about, slugOf } from "../../api/vocabulary";
import { number } from "../../i18n";
import { setOptions, view } from "../../state/store";
import { type Chart, chartOf } from "./chart";
import { ResultChart } from "./ResultChart";
import { ResultGraph } from "./ResultGraph";
import { countOf, ResultTable, shownOf } from "./ResultTable";
import { type Answer, filtered, sorted } from "./results";
import type { Outcome } from "./run";
import { s } from "./texts";

const LABELS = { table: "asTable", graph: "asGraph", chart: "asChart" } as const;
type Tab = keyof typeof LABELS;

export function Results({ outcome }: { outcome: Outcome }) {
  const { answer } = outcome;
  const { sort = "", filter = "" } = view.value.options;
  // Every key in the editor comes by here, and an answer may have many rows.
  const [chart, hasNodes] = useMemo(() => [chartIn(answer, sort, filter), holdsNodes(answer)], [answer, sort, filter, about.value]);
  if (answer.kind === "truth") {
    return <div class="truth" role="status"><p>{s(answer.value ? "truthYes" : "truthNo")}</p><Took outcome={outcome} /></div>;
  }
  const { table } = answer;
  if (!table.rows.length) {
    return <div class="truth" role="status"><p>{s("noRows")}</p><p class="quiet">{s("noRowsHelp")}</p><Took outcome={outcome} /></div>;
  }
  const tabs = (["table", "graph", "chart"] as const).filter((one) => one === "table" || (one === "graph" ? hasNodes : chart));
  const chosen = tabs.find((one) => one === view.value.options.tab) ?? "table";
  return (
    <div class="results">
      <div class="result-head">
        <Tabs tabs={tabs} chosen={chosen} />
        <p class="count" role="status"><strong>{countOf(table.rows.length, answer.kind === "graph")}</strong> <Took outcome={outcome} /></p>
      </div>
      <div role="tabpanel" id="answer" aria-labelledby={`tab-${chosen}`}>
        {chosen === "table" && <ResultTable table={table} />}
        {chosen === "graph" && <ResultGraph query={outcome.query} />}
        {chosen === "chart" && chart && <ResultChart chart={chart} />}
      </div>
    </div>
  );
}

function chartIn(answer: Answer, sort: string, filter: string): Chart | undefined {
  return answer.kind === "table" ? chartOf(sorted(filtered(answer.table, filter, shownOf), sort, shownOf)) : undefined;
}

function holdsNodes(answer: Answer): boolean {
  return answer.kind === "graph" || (answer.kind === "table" && answer.table.rows.some((row) => row.some((cell) => cell.type === "uri" && slugOf(cell.value))));
}

function Took({ outcome }: { outcome: Outcome }) {
  return <span class="quiet">{s("took", { seconds: number(Math.round(outcome.milliseconds) / 1000) })}</span>;
}

function Tabs({ tabs, chosen }: { tabs: readonly Tab[]; chosen: Tab }) {
  const list = useRef<HTMLDivElement>(null);
  const choose = (tab: Tab): void => setOptions({ tab: tab === "table" ? "" : tab }, "replace");
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = by && tabs[(tabs.indexOf(chosen) + by + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    choose(next);
    list.current?.querySelector<HTMLButtonElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={s("views")} ref={list} onKeyDown={step}>
      {tabs.map((one) => (
        <button key={one} id={`tab-${one}`} type="button" role="tab" aria-selected={one === chosen} aria-controls="answer" tabIndex={one === chosen ? 0 : -1} onClick={() => choose(one)}>
          {s(LABELS[one])}
        </button>
      ))}
    </div>
  );
}
