// What is wrong with the query, in sentences, with the way there and what may have been meant.
import { t } from "../../i18n";
import type { Placed } from "./mistakes";
import { s } from "./texts";

interface MistakesProps {
  readonly mistakes: readonly Placed[];
  readonly goTo: (position: number) => void;
  readonly replace: (from: number, to: number, text: string) => void;
}

export function Mistakes({ mistakes, goTo, replace }: MistakesProps) {
  return (
    <ul class="mistakes" role="status">
      {mistakes.map((one) => (
        <li key={`${one.from} ${one.message}`} class={one.isError ? "error" : "hint"}>
          {one.line > 0 && <button type="button" class="link" onClick={() => goTo(one.from)}>{s("mistake", { line: one.line, column: one.column })}</button>}{" "}
          {one.message}
          {one.suggestions.length > 0 && (
            <span>
              {" "}{t("didYouMean")}{" "}
              {one.suggestions.map((word) => (
                <button key={word} type="button" class="chip" aria-label={s("replaceBy", { word })} onClick={() => replace(one.from, one.to, word)}>{word}</button>
              ))}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
