// Asking in SPARQL: the editor, what is wrong with the query, running and cancelling it, and its answer.
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";

import { readExamples } from "../../api/calls";
import { address, askedFor, Problem } from "../../api/client";
import { useResource } from "../../api/resource";
import { about, textOf } from "../../api/vocabulary";
import { number, t } from "../../i18n";
import { addressOf, change, view } from "../../state/store";
import { DataLink } from "../../ui/DataLink";
import { Screen, Trouble } from "../../ui/parts";
import type { Editor } from "./editor";
import { EditorField } from "./EditorField";
import { copyText } from "./hands";
import { added, keep, kept } from "./history";
import { Mistakes } from "./Mistakes";
import { moved, type Placed, placed, saidIn } from "./mistakes";
import { Results } from "./Results";
import { Broken, check, MOST_BYTES, type Outcome, run, TooMuch } from "./run";
import "./sparql.css";
import { s } from "./texts";
import { declarations } from "./tokens";

const PAUSE_MS = 350;
// How long an address may be that a download is asked with.
const LONGEST_ADDRESS = 8000;

type State =
  | { readonly is: "idle" }
  | { readonly is: "running"; readonly since: number; readonly bytes: number }
  | { readonly is: "done"; readonly outcome: Outcome }
  | { readonly is: "failed"; readonly error: Error; readonly query: string }
  | { readonly is: "cancelled"; readonly milliseconds: number };

/** What was found in a text; it may have changed since. */
interface Checked {
  readonly text: string;
  readonly marks: readonly Placed[];
}

export default function Sparql() {
  const editor = useRef<Editor>(null);
  const running = useRef<AbortController | undefined>(undefined);
  const { query } = view.value;
  const [text, setText] = useState(query);
  const [state, setState] = useState<State>({ is: "idle" });
  const [checked, setChecked] = useState<Checked>({ text: "", marks: [] });
  const [history, setHistory] = useState(kept);
  // What the address holds because it was typed here need not be run.
  const own = useRef("");
  // The query that was run last: its answer is what is sorted and filtered.
  const last = useRef(query);

  const ask = useCallback((wanted: string) => {
    running.current?.abort();
    last.current = wanted;
    if (!wanted.trim()) return setState({ is: "idle" });
    const controller = new AbortController();
    running.current = controller;
    const since = performance.now();
    setState({ is: "running", since, bytes: 0 });
    const receive = (bytes: number): void => setState((now) => (now.is === "running" && running.current === controller ? { ...now, bytes } : now));
    run(wanted, controller.signal, receive).then(
      (outcome) => running.current === controller && setState({ is: "done", outcome }),
      (error: Error) => {
        if (running.current !== controller) return;
        setState(controller.signal.aborted ? { is: "cancelled", milliseconds: performance.now() - since } : { is: "failed", error, query: wanted });
      },
    );
  }, []);

  function put(wanted: string): void {
    setText(wanted);
    editor.current?.setText(wanted);
  }

  // An address that leads here with a query is a question, in whatever generation.
  useEffect(() => {
    if (query === own.current) return;
    own.current = query;
    put(query);
    ask(query);
  }, [query]);
  useEffect(() => {
    if (state.is === "running" || state.is === "done" || state.is === "failed") ask(last.current);
  }, [askedFor.value]);
  useEffect(() => () => {
    const left = running.current;
    running.current = undefined;
    left?.abort();
  }, []);

  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      if (own.current !== text) {
        own.current = text;
        change({ query: text }, "replace");
      }
      if (!text.trim()) return setChecked({ text, marks: [] });
      check(text, controller.signal).then(
        (found) => setChecked({ text, marks: [...(found.error ? [placed(text, found.error, true)] : []), ...found.hints.map((one) => placed(text, one, false))] }),
        () => undefined, // running it will say what is the matter
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, askedFor.value]);

  function start(wanted = editor.current?.text() ?? text, how: "push" | "replace" = "replace"): void {
    own.current = wanted;
    put(wanted);
    const { sort: _sort, filter: _filter, page: _page, ...options } = view.value.options;
    change({ query: wanted, options: wanted === last.current ? view.value.options : options }, how);
    const asked = added(history, wanted);
    setHistory(asked);
    keep(asked);
    ask(wanted);
  }

  function cancel(): void {
    running.current?.abort();
  }

  // A problem that names a place belongs to the query that was run; once it is changed, the check speaks.
  const failure = state.is === "failed" && state.error instanceof Problem ? saidIn(state.error.message, state.error.facts) : undefined;
  const isAsked = state.is === "failed" && state.query === text;
  const mistakes = useMemo(() => {
    const marks = moved(checked.marks, checked.text, text);
    return isAsked && failure && !marks.some((one) => one.isError) ? [placed(text, failure, true), ...marks] : marks;
  }, [checked, isAsked, failure?.message, text]);
  const prefixes = about.value?.prefixes ?? {};
  const isRunning = state.is === "running";

  return (
    <Screen title={t("sparql")}>
      <div class="sparql">
        <div class="sparql-tools">
          {isRunning
            ? <button type="button" class="primary" onClick={cancel}>{s("cancel")}</button>
            : <button type="button" class="primary" aria-keyshortcuts="Control+Enter" onClick={() => start()}>{s("run")} <kbd aria-hidden="true">Ctrl ⏎</kbd></button>}
          <Examples choose={(wanted) => start(wanted, "push")} />
          <History queries={history} choose={(wanted) => start(wanted, "push")} clear={() => { setHistory([]); keep([]); }} />
          <button type="button" title={s("prefixesHelp")} disabled={!declarations(text, prefixes)} onClick={() => editor.current?.replace(0, 0, declarations(text, prefixes))}>{s("prefixes")}</button>
          <Link query={text} />
        </div>
        <EditorField text={text} marks={mistakes} change={setText} run={() => start()} editor={editor} />
        <p class="quiet keys">{s("editorHelp")}</p>
        <Mistakes mistakes={mistakes} goTo={(position) => editor.current?.goTo(position)} replace={(from, to, word) => editor.current?.replace(from, to, word)} />
        {isRunning && <Running since={state.since} bytes={state.bytes} />}
        {state.is === "cancelled" && <p class="notice-line" role="status">{s("cancelled", { seconds: number(Math.round(state.milliseconds / 100) / 10) })}</p>}
        {state.is === "failed" && !failure && <Failure error={state.error} query={state.query} again={() => ask(state.query)} />}
        {state.is === "done" && <Results outcome={state.outcome} />}
        <Limits />
      </div>
    </Screen>
  );
}

function Running({ since, bytes }: { since: number; bytes: number }) {
  const [now, setNow] = useState(performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, now - since) / 1000;
  if (seconds < 0.3) return <p class="notice-line" />;
  return (
    <p class="notice-line">
      {s("running", { seconds: seconds.toFixed(1) })} {bytes > 0 && s("received", { size: (bytes / 2 ** 20).toFixed(1) })}
    </p>
  );
}

function Failure({ error, query, again }: { error: Error; query: string; again: () => void }) {
  const size = number(Math.round(MOST_BYTES / 2 ** 20));
  const whole = { query, format: "csv" };
  if (error instanceof TooMuch) {
    return (
      <div class="trouble" role="alert">
        <p>{s("tooMuch", { size })}</p>
        {address("sparql", whole).length < LONGEST_ADDRESS && <p><DataLink path="sparql" parameters={whole} download="cloudindex-query.csv">{s("downloadWhole")}</DataLink></p>}
      </div>
    );
  }
  if (error instanceof Broken) return <div class="trouble" role="alert"><p>{s("broken", { size: (error.bytes / 2 ** 20).toFixed(1) })}</p></div>;
  return <Trouble error={error} again={again} />;
}

function Limits() {
  const limits = about.value?.limits;
  if (!limits) return null;
  const values = { seconds: limits.seconds, memory: limits.memory_mib, rows: limits.rows };
  return <p class="quiet limits">{s("runHint")} {s(limits.rows ? "limits" : "limitsNoRows", values)}</p>;
}

function Examples({ choose }: { choose: (query: string) => void }) {
  const { value = [] } = useResource((signal) => readExamples({ signal }), []);
  return (
    <Menu title={s("examples")}>
      {value.map((one) => <li key={one.id}><button type="button" onClick={() => choose(one.sparql.trim())}>{textOf(one.question)}</button></li>)}
    </Menu>
  );
}

function History({ queries, choose, clear }: { queries: readonly string[]; choose: (query: string) => void; clear: () => void }) {
  return (
    <Menu title={s("history")}>
      {!queries.length && <li class="quiet">{s("historyNone")}</li>}
      {queries.map((one) => <li key={one}><button type="button" class="code" onClick={() => choose(one)}>{one.length > 160 ? `${one.slice(0, 159)}…` : one}</button></li>)}
      {queries.length > 0 && <li><button type="button" class="quiet" onClick={clear}>{s("historyClear")}</button></li>}
    </Menu>
  );
}

/** A list that opens, and closes when something in it was chosen, at Escape, and when one goes elsewhere. */
function Menu({ title, children }: { title: string; children: ComponentChildren }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = (): void => menu.current?.removeAttribute("open");
  return (
    <details
      class="menu"
      ref={menu}
      onClick={(event) => (event.target as Element).closest("li button") && close()}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        menu.current?.querySelector("summary")?.focus();
      }}
      onFocusOut={(event) => !menu.current?.contains(event.relatedTarget as Node | null) && event.relatedTarget && close()}
    >
      <summary class="button">{title}</summary>
      <ul>{children}</ul>
    </details>
  );
}

function Link({ query }: { query: string }) {
  const [told, setTold] = useState("");
  const link = new URL(addressOf("sparql", { query, options: view.value.options }), document.baseURI).href;
  return (
    <>
      <button type="button" disabled={!query.trim()} onClick={() => void copyText(link).then((isDone) => setTold(s(isDone ? "copied" : "notCopied")))}>{s("copyLink")}</button>
      <span class="quiet" role="status">{told}</span>
    </>
  );
}
