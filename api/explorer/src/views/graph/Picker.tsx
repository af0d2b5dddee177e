// A field that finds an entity and hands it on: a combobox that can be used by keys alone.
import { useId, useState } from "preact/hooks";

import type { Hit } from "../../api/types";
import { typeLabel } from "../../api/vocabulary";
import { t } from "../../i18n";
import { useHits } from "../../ui/hits";
import { Dot, toldOf } from "../../ui/parts";

const MOST = 8;

interface PickerProps {
  readonly label: string;
  /** What is chosen now, by its slug; a field that only adds has none. */
  readonly chosen?: string;
  readonly pick: (slug: string) => void;
  readonly isQuiet?: boolean;
}

export function Picker({ label, chosen = "", pick, isQuiet = false }: PickerProps) {
  const id = useId();
  const [words, setWords] = useState<string>();
  const asked = (words ?? "").trim();
  const { hits, isCurrent, error, active, setActive, whenThere, forget } = useHits(asked, MOST);
  // What is said where there is nothing to choose.
  const told = error ? toldOf(error) : isCurrent && !hits.length ? t("searchNothing", { words: asked }) : "";
  const isOpen = asked !== "" && (hits.length > 0 || told !== "");

  function take(hit: Hit | undefined): void {
    if (!hit) return;
    leave();
    pick(hit.slug);
  }

  function leave(): void {
    setWords(undefined);
    forget();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) setActive((active + step + hits.length) % hits.length);
    else if (event.key === "Enter" && asked) whenThere((found) => take(found[isCurrent ? active : 0]));
    else if (event.key === "Escape" && words !== undefined) leave();
    else return;
    event.preventDefault();
  }

  return (
    <div class="picker">
      <label for={`${id}-field`} class={isQuiet ? "unseen" : undefined}>{label}</label>
      <input
        type="search"
        id={`${id}-field`}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && active >= 0 ? `${id}-${active}` : ""}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={200}
        placeholder={isQuiet ? label : t("searchHint")}
        value={words ?? chosen}
        onInput={(event) => setWords(event.currentTarget.value)}
        onBlur={leave}
        onKeyDown={onKeyDown}
        list=""
      />
      <span class="unseen" role="status">{told}</span>
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!isOpen}>
        {hits.map((hit, place) => (
          <li
            key={hit.slug}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === active}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => setActive(place)}
            onClick={() => take(hit)}
          >
            <Dot type={hit.type} /><span>{hit.name}</span> <small>{typeLabel(hit.type)}</small>
          </li>
        ))}
        {told && <li role="option" aria-disabled="true" aria-selected="false">{told}</li>}
      </ul>
    </div>
  );
}
