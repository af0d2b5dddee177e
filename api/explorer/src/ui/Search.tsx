// The search field: a combobox that answers as one types and can be used by keys alone.
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { search } from "../api/calls";
import { Unreachable } from "../api/client";
import type { Hit } from "../api/types";
import { typeLabel } from "../api/vocabulary";
import { t } from "../i18n";
import { addressOf } from "../state/store";
import { Dot } from "./parts";
import { pieces } from "./words";

const MOST = 8;
const PAUSE_MS = 60;

export function Search({ isLarge = false }: { isLarge?: boolean }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState("");
  const [hits, setHits] = useState<readonly Hit[]>();
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const asked = words.trim();

  useEffect(() => {
    if (!asked) return setHits(undefined);
    const controller = new AbortController();
    const timer = setTimeout(() => {
      search(asked, MOST, { signal: controller.signal }).then(
        (found) => {
          setHits(found.items);
          setActive(found.items.length ? 0 : -1);
        },
        (error) => error instanceof Unreachable || setHits((before) => (controller.signal.aborted ? before : [])),
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [asked]);

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

  const found = asked ? (hits ?? []) : [];
  // The last option leads to the list of all that fits.
  const last = found.length;
  const addresses = [...found.map((hit) => addressOf("entity", { selection: hit.slug })), addressOf("browse", { options: { q: asked } })];
  const isShown = isOpen && !!asked && hits !== undefined;

  function leave(): void {
    setOpen(false);
    setWords("");
    setHits(undefined);
    field.current?.blur();
  }

  function open(place: number): void {
    const address = addresses[place];
    if (address === undefined) return;
    leave();
    location.hash = address;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && isShown) setActive((active + step + last + 1) % (last + 1));
    else if (event.key === "Enter" && isShown) open(active >= 0 ? active : last);
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
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        list=""
      />
      <kbd aria-hidden="true">/</kbd>
      <span class="unseen" role="status">{isShown ? t("searchCount", { count: last }) : ""}</span>
      <ul id={`${id}-list`} role="listbox" aria-label={t("search")} hidden={!isShown}>
        {found.map((hit, place) => (
          <li
            key={hit.slug}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === active}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => setActive(place)}
            onClick={() => open(place)}
          >
            <Dot type={hit.type} />
            <span class="hit-name">{hit.field === "name" ? <Marked hit={hit} /> : hit.name}</span>
            <span class="hit-type">{typeLabel(hit.type)}</span>
            {hit.field !== "name" && <span class="hit-text"><Marked hit={hit} /></span>}
          </li>
        ))}
        <li
          id={`${id}-${last}`}
          role="option"
          class="all"
          aria-selected={active === last}
          onPointerDown={(event) => event.preventDefault()}
          onPointerMove={() => setActive(last)}
          onClick={() => open(last)}
        >
          {t(found.length ? "searchAll" : "searchNothing", { words: asked })}
        </li>
      </ul>
    </div>
  );
}

function Marked({ hit }: { hit: Hit }) {
  // Where all is marked because it is only similar, a mark would tell nothing.
  if (hit.match === "misspelt" && hit.highlights.some(([begin, end]) => end - begin === Array.from(hit.text).length)) return <>{hit.text}</>;
  return <>{pieces(hit.text, hit.highlights).map((one, place) => (one.isMarked ? <mark key={place}>{one.text}</mark> : one.text))}</>;
}
