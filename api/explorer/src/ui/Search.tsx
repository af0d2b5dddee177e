// The search field: a combobox that answers as one types and can be used by keys alone.
import { useEffect, useId, useRef, useState } from "preact/hooks";

import type { Hit } from "../api/types";
import { typeLabel } from "../api/vocabulary";
import { t } from "../i18n";
import { addressOf } from "../state/store";
import { useHits } from "./hits";
import { Marked } from "./Marked";
import { Dot, toldOf } from "./parts";

const MOST = 8;

export function Search({ isLarge = false }: { isLarge?: boolean }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState("");
  const [isOpen, setOpen] = useState(false);
  const asked = words.trim();
  const { hits, isCurrent, error, active, setActive, whenThere, forget } = useHits(asked, MOST);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable], .editor");
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  // The last option leads to the list of all that fits.
  const last = hits.length;
  const isShown = isOpen && asked !== "" && (isCurrent || last > 0 || error !== undefined);

  function leave(): void {
    setOpen(false);
    setWords("");
    forget();
    field.current?.blur();
  }

  function open(hit: Hit | undefined): void {
    leave();
    location.hash = hit ? addressOf("entity", { selection: hit.slug }) : addressOf("browse", { options: { words: asked } });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && asked && !isOpen) setOpen(true);
    else if (step && isShown) setActive((active + step + last + 1) % (last + 1));
    else if (event.key === "Enter" && asked && isOpen) whenThere((found) => open(found[isCurrent ? active : 0]));
    else if (event.key === "Escape" && (isOpen || words)) isShown ? setOpen(false) : leave();
    else return;
    event.preventDefault();
  }

  return (
    <div class={isLarge ? "search large" : "search"} role="search">
      <input
        ref={field}
        type="search"
        role="combobox"
        aria-label={t("search")}
        aria-expanded={isShown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isShown && active >= 0 ? `${id}-${active}` : ""}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={200}
        placeholder={t("searchHint")}
        value={words}
        onInput={(event) => {
          setWords(event.currentTarget.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => {
          setOpen(false);
          forget();
        }}
        onKeyDown={onKeyDown}
        list=""
      />
      <kbd aria-hidden="true">/</kbd>
      <span class="unseen" role="status">{isShown && error ? toldOf(error) : isShown && isCurrent ? t("searchCount", { count: last }) : ""}</span>
      <ul id={`${id}-list`} role="listbox" aria-label={t("search")} hidden={!isShown}>
        {hits.map((hit, place) => (
          <li
            key={hit.slug}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === active}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => setActive(place)}
            onClick={() => open(hit)}
          >
            <Dot type={hit.type} />
            <span class="hit-name">{hit.field === "name" ? <Marked hit={hit} /> : hit.name}</span>
            <span class="hit-type">{typeLabel(hit.type)}</span>
            {hit.field !== "name" && <span class="hit-text"><Marked hit={hit} /></span>}
          </li>
        ))}
        {error && <li role="option" class="all" aria-disabled="true" aria-selected="false">{toldOf(error)}</li>}
        {!error && <li
          id={`${id}-${last}`}
          role="option"
          class="all"
          aria-selected={active === last}
          onPointerDown={(event) => event.preventDefault()}
          onPointerMove={() => setActive(last)}
          onClick={() => open(undefined)}
        >
          {t(last > 0 ? "searchAll" : "searchNothing", { words: asked })}
        </li>}
      </ul>
    </div>
  );
}
