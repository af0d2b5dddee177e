// The page: header, the view that the address names, and the lines that say how the service does.
import { render } from "preact";
import { useEffect } from "preact/hooks";

import { isReachable, leave, wants } from "./api/client";
import { about } from "./api/vocabulary";
import { t } from "./i18n";
import { language, theme, THEMES } from "./state/preferences";
import { addressOf, change, view, wayBack } from "./state/store";
import { token } from "./state/token";
import type { Place } from "./state/view";
import { useArrival } from "./ui/arrival";
import { Search } from "./ui/Search";
import { TokenForm } from "./ui/TokenForm";
import { VIEWS } from "./views";

const MENU: readonly Place[] = ["browse", "graph", "sparql", "verdicts"];

function App() {
  const { place, generation, selection } = view.value;
  const View = VIEWS[place];
  const site = about.value?.title ?? "Cloud Index";
  // In a graph and its table one stays where one has selected something.
  const where = place === "graph" || place === "table" ? place : `${place}/${selection}`;
  useEffect(() => scrollTo(0, 0), [where]);
  useArrival(where, site);
  return (
    <>
      <a class="skip" href="#content" onClick={toContent}>{t("skip")}</a>
      <header>
        <a class="brand" href={addressOf("start")}><Mark />{site}</a>
        {place !== "start" && !wants.value && <Search />}
        <nav aria-label={t("views")}>
          {MENU.map((one) => (
            <a key={one} href={wayBack(one)} aria-current={isIn(one, place) ? "page" : undefined}>{t(one as "browse")}</a>
          ))}
        </nav>
        <Preferences />
      </header>
      {!isReachable.value && <p class="notice bad" role="alert">{t("unreachable")}</p>}
      {generation && (
        <p class="notice" role="status">
          {t("oldGeneration", { number: generation })} <button type="button" onClick={() => change({ generation: "" })}>{t("toNewest")}</button>
        </p>
      )}
      <main id="content" tabIndex={-1}>{wants.value ? <TokenForm /> : <View />}</main>
      <footer>
        {/* Of a private service a plain link gets nothing: it cannot send the token. */}
        {!token.value && !wants.value && <a href="docs">{t("docs")}</a>}
        <a href="assets/licences.txt">{t("licences")}</a>
        {token.value && !wants.value && <button type="button" class="plain" onClick={leave}>{t("tokenForget")}</button>}
        <span>{about.value && `Cloud Index ${about.value.version}`}</span>
      </footer>
    </>
  );
}

/** The table is the graph, told otherwise. */
function isIn(entry: Place, place: Place): boolean {
  return entry === place || (entry === "graph" && place === "table");
}

function Preferences() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
  const label = { system: t("themeSystem"), light: t("themeLight"), dark: t("themeDark") }[theme.value];
  const other = language.value === "en" ? "fr" : "en";
  return (
    <div class="preferences">
      <button type="button" lang={other} onClick={() => (language.value = other)}>{t("languageSwitch")}</button>
      <button type="button" class="icon" title={label} aria-label={label} onClick={() => (theme.value = next)}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          {theme.value === "dark" && <path d="M16 12.4A6.8 6.8 0 0 1 7.6 4 6.8 6.8 0 1 0 16 12.4Z" />}
          {theme.value === "light" && <path d="M10 6a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-4v2m0 12v2M2 10h2m12 0h2M4.3 4.3l1.5 1.5m8.4 8.4 1.5 1.5m0-11.4-1.5 1.5m-8.4 8.4-1.5 1.5" />}
          {theme.value === "system" && <path d="M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 0v14" />}
        </svg>
      </button>
    </div>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M9 22 16 9l8 11M9 22l15-2" />
      <circle cx="16" cy="8" r="4.6" /><circle cx="8" cy="23" r="4.6" /><circle cx="25" cy="21" r="4.6" />
    </svg>
  );
}

function toContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

const page = document.getElementById("page");
if (page) render(<App />, page);
