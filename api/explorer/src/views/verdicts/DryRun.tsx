// A document that is pasted or dropped, judged as if it were published, with its verdicts beside their lines.
import { signal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { ask } from "../../api/client";
import { number } from "../../i18n";
import { Trouble } from "../../ui/parts";
import { annotated, type Judgement, kindOf, KINDS, markOf, rangeIn, type Verdict } from "./report";
import { s } from "./texts";
import { Excerpt, placeOf, Told } from "./VerdictParts";

const MOST_BYTES = 8 * 2 ** 20;

interface Draft {
  readonly text: string;
  readonly name: string;
  readonly suffix: string;
  /** Whether the author chose the kind: then no text changes it. */
  readonly isChosen: boolean;
}

interface Judged {
  readonly draft: Draft;
  readonly judgement: Judgement;
}

// They outlive the view, and nothing else.
const draft = signal<Draft>({ text: "", name: "", suffix: ".yaml", isChosen: false });
const judged = signal<Judged | undefined>(undefined);

export function DryRun() {
  const field = useRef<HTMLTextAreaElement>(null);
  const running = useRef<AbortController | undefined>(undefined);
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<Error>();
  const [tooLarge, setTooLarge] = useState(false);
  const { text, name, suffix, isChosen } = draft.value;
  useEffect(() => () => running.current?.abort(), []);

  async function judge(): Promise<void> {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setRunning(true);
    setError(undefined);
    const sent = draft.value;
    try {
      const judgement = await send(sent, controller.signal);
      if (!controller.signal.aborted) judged.value = { draft: sent, judgement };
    } catch (failure) {
      if (!controller.signal.aborted) {
        judged.value = undefined;
        setError(failure as Error);
      }
    }
    if (!controller.signal.aborted) setRunning(false);
  }

  function edit(changed: string): void {
    // What is pasted into an empty field is looked at once; later the choice is the author's.
    const kind = isChosen || draft.value.text.trim() ? suffix : kindOf(changed, name);
    draft.value = { ...draft.value, text: changed, suffix: kind };
  }

  async function take(file: File | null | undefined): Promise<void> {
    if (!file) return;
    setTooLarge(file.size > MOST_BYTES);
    if (file.size > MOST_BYTES) return;
    const content = await file.text();
    draft.value = { text: content, name: file.name, suffix: kindOf(content, file.name), isChosen: false };
    await judge();
  }

  function chosen({ currentTarget: input }: TargetedEvent<HTMLInputElement>): void {
    void take(input.files?.[0]);
    // The same file may be chosen again once it was changed.
    input.value = "";
  }

  function goTo(verdict: Verdict): void {
    const [from, to] = rangeIn(draft.value.text, verdict);
    field.current?.focus();
    field.current?.setSelectionRange(from, to);
    const line = Number.parseFloat(getComputedStyle(field.current as Element).lineHeight) || 20;
    field.current?.scrollTo({ top: Math.max(0, (verdict.place.line - 4) * line) });
  }

  function put(verdict: Verdict, word: string): void {
    const [from, to] = rangeIn(draft.value.text, verdict);
    draft.value = { ...draft.value, text: draft.value.text.slice(0, from) + word + draft.value.text.slice(to) };
    void judge();
  }

  return (
    <form
      class="dry-run"
      onSubmit={(event) => {
        event.preventDefault();
        void judge();
      }}
      onDragOver={(event) => holdsFile(event) && event.preventDefault()}
      onDrop={(event) => {
        // What is no file the field takes itself.
        if (!holdsFile(event)) return;
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <p class="quiet">{s("dryRunHelp")}</p>
      <div class="dry-run-tools">
        <label class="pick"><span>{s("name")}</span><input value={name} maxLength={150} title={s("nameHelp")} placeholder={`document${suffix}`} onInput={(event) => (draft.value = { ...draft.value, name: event.currentTarget.value })} /></label>
        <label class="pick">
          <span>{s("kind")}</span>
          <select value={suffix} onChange={(event) => (draft.value = { ...draft.value, suffix: event.currentTarget.value, isChosen: true })}>
            {KINDS.map((one) => <option key={one.suffix} value={one.suffix}>{one.name}</option>)}
          </select>
        </label>
        <label class="button file">{s("choose")}<input type="file" class="unseen" onChange={chosen} /></label>
        <button type="submit" class="primary" disabled={!text.trim() || isRunning}>{s(isRunning ? "checking" : "check")}</button>
      </div>
      {tooLarge && <p class="trouble" role="alert">{s("tooLarge", { size: number(MOST_BYTES / 2 ** 20) })}</p>}
      <div class="dry-run-sides">
        <textarea
          ref={field}
          aria-label={s("text")}
          spellcheck={false}
          rows={18}
          value={text}
          onInput={(event) => edit(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void judge();
          }}
        />
        <div class="judgement" aria-live="polite">
          {error && <Trouble error={error} />}
          {!error && judged.value && <Said found={judged.value} isOld={judged.value.draft !== draft.value} goTo={goTo} put={put} />}
        </div>
      </div>
    </form>
  );
}

function Said({ found: { draft: sent, judgement }, isOld, goTo, put }: { found: Judged; isOld: boolean; goTo: (verdict: Verdict) => void; put: (verdict: Verdict, word: string) => void }) {
  const { problems, conforms, path, generation, omitted } = judgement;
  const own = problems.filter((one) => one.place.path === path);
  const elsewhere = problems.filter((one) => one.place.path !== path || one.place.line < 1);
  const lines = annotated(sent.text, own);
  return (
    <>
      <p class={conforms ? "standing good" : "standing bad"}>
        <b>{s(!conforms ? "judgedBad" : problems.length ? "judgedRemarks" : "judgedGood")}</b> <span>{s("judgedAs", { path, generation: String(generation) })}</span>
      </p>
      {isOld && <p class="quiet">{s("judgedOld")}</p>}
      {elsewhere.map((one, place) => <Told key={place} verdict={one}><span class="where">{one.place.path === path ? s("whole") : `${one.place.path} ${placeOf(one)}`}</span></Told>)}
      <ol class="annotated">
        {lines.map((line, at) => (
          <li key={line.number} class={at > 0 && lines[at - 1]?.number !== line.number - 1 ? "after-gap" : ""}>
            <Excerpt number={line.number} text={line.text} marks={line.verdicts.map(markOf)} />
            {line.verdicts.map((one, place) => (
              <Told key={place} verdict={one} {...(!isOld && { choose: (word: string) => put(one, word) })}>
                <button type="button" class="link" aria-label={s("goTo", { place: placeOf(one) })} onClick={() => goTo(one)}>{placeOf(one)}</button>
              </Told>
            ))}
          </li>
        ))}
      </ol>
      {omitted > 0 && <p>{s("omitted", { count: omitted })}</p>}
    </>
  );
}

function holdsFile({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}

function send({ text, name, suffix }: Draft, abort: AbortSignal): Promise<Judgement> {
  const kind = KINDS.find((one) => one.suffix === suffix);
  const stem = name.trim().replace(/\.[a-z]+$/i, "") || "document";
  const headers = { "Content-Type": kind?.mediaType ?? "application/yaml" };
  return ask<Judgement>("api/validation", { name: stem + suffix, at: "" }, { method: "POST", body: text, headers, signal: abort });
}
