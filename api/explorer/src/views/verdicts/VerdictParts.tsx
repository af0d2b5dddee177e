// One verdict: how grave, where, what is wrong, what would be right, and the line with what is meant in it.
import type { ComponentChildren } from "preact";

import { t } from "../../i18n";
import { type Mark, marked, type Verdict } from "./report";
import { s } from "./texts";

/** Return where a verdict stands, in words. */
export function placeOf({ place: { line, column } }: Verdict): string {
  return line < 1 ? s("placeNone") : column < 1 ? s("placeLine", { line }) : s("place", { line, column });
}

/** The sentences of a verdict; *choose*, where given, puts what would be right in place of what is meant. */
export function Told({ verdict, choose, children }: { verdict: Verdict; choose?: (word: string) => void; children?: ComponentChildren }) {
  const { severity, status, since, entity, entry, message, fix, suggestions, replacements, code, summary, help } = verdict;
  return (
    <div class={`told-verdict ${severity}`}>
      <p class="verdict-head">
        <span class={`badge ${severity}`}>{s(severity)}</span>
        {status && <span class={`badge ${status}`}>{s(status)}</span>}
        {children}
        {(entity || entry) && <b>{[entity, entry].filter(Boolean).join(" · ")}</b>}
      </p>
      <p>
        {message.charAt(0).toLocaleUpperCase() + message.slice(1)} {fix}
        {suggestions.length > 0 && (
          <>
            {" "}{t("didYouMean")}{" "}
            {suggestions.flatMap((word, place) => [place > 0 ? ", " : "", choose && replacements.includes(word)
              ? <button key={word} type="button" class="chip" aria-label={s("put", { word })} onClick={() => choose(word)}>{word}</button>
              : <code key={word}>{word}</code>])}?
          </>
        )}
      </p>
      {help
        ? <details class="quiet"><summary><Kind code={code} since={since} /></summary><p lang="en">{summary} {help}</p></details>
        : <p class="quiet"><Kind code={code} since={since} /></p>}
    </div>
  );
}

function Kind({ code, since }: { code: string; since: number | null }) {
  return <><code>{code}</code>{since !== null && since > 0 && <> · {s("since", { since: String(since) })}</>}</>;
}

/** A line of a document with its number, and marks on what is meant. */
export function Excerpt({ number, text, marks }: { number: number; text: string; marks: readonly Mark[] }) {
  return (
    <span class="line">
      <span class="line-number" aria-hidden="true">{number}</span>
      <code>{marked(text, marks).map((one, place) => (one.isMeant ? <mark key={place}>{one.text}</mark> : one.text))}</code>
    </span>
  );
}
