// A field that finds an entity and hands it on: a combobox that can be used by keys alone.
import { useEffect, useId, useState } from "preact/hooks";

import { search } from "../../api/calls";
import type { Hit } from "../../api/types";
import { typeLabel } from "../../api/vocabulary";
import { t } from "../../i18n";
import { Dot } from "../../ui/parts";

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
  const [hits, setHits] = useState<readonly Hit[]>([]);
  const [active, setActive] = useState(0);
  const asked = (words ?? "").trim();
  useEffect(() => {
    if (!asked) return setHits([]);
    const controller = new AbortController();
    const timer = setTimeout(() => {
      search(asked, 8, { signal: controller.signal }).then((found) => { setHits(found.items); setActive(0); }, () => undefined);
    }, 60);
    return () => { clearTimeout(timer); controller.abort(); };
  }, [asked]);
  const isOpen = asked !== "" && hits.length > 0;

  function take(hit: Hit | undefined): void {
    if (!hit) return;
    setWords(undefined);
    pick(hit.slug);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && isOpen) setActive((active + step + hits.length) % hits.length);
    else if (event.key === "Enter" && isOpen) take(hits[active]);
    else if (event.key === "Escape" && words !== undefined) setWords(undefined);
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
        aria-activedescendant={isOpen ? `${id}-${active}` : ""}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={200}
        placeholder={isQuiet ? label : t("searchHint")}
        value={words ?? chosen}
        onInput={(event) => setWords(event.currentTarget.value)}
        onBlur={() => setWords(undefined)}
        onKeyDown={onKeyDown}
        list=""
      />
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
      </ul>
    </div>
  );
}
