// An answer as a table: sorted, filtered, page by page; what is seen can be copied and taken along.
import { useMemo, useState } from "preact/hooks";

import { about, slugOf } from "../../api/vocabulary";
import { number } from "../../i18n";
import { addressOf, setOptions, view } from "../../state/store";
import { shortened } from "./context";
import { copyText, saveText } from "./hands";
import { type Cell, filtered, page, PAGE, sorted, type Table, toClipboard, toCsv, toJson, toTsv } from "./results";
import { s } from "./texts";

const FILES = { csv: [toCsv, "text/csv"], tsv: [toTsv, "text/tab-separated-values"], json: [toJson, "application/sparql-results+json"] } as const;

export function ResultTable({ table }: { table: Table }) {
  const { sort = "", filter = "", page: wanted = "1" } = view.value.options;
  const found = useMemo(() => filtered(table, filter, shownOf), [table, filter]);
  const ordered = useMemo(() => sorted(found, sort, shownOf), [found, sort]);
  const part = page(ordered, Number(wanted));
  const first = (part.number - 1) * PAGE;
  return (
    <div class="result-table">
      <div class="result-tools">
        <label class="filter">
          <span>{s("filter")}</span>
          <input type="search" value={filter} onInput={(event) => setOptions({ filter: event.currentTarget.value, page: "" }, "replace")} />
        </label>
        <span class="count" role="status">{filter && s("filtered", { shown: ordered.rows.length, count: table.rows.length })}</span>
        <Taking table={ordered} />
      </div>
      {ordered.rows.length === 0 && <p class="quiet">{s("noFilterRows")}</p>}
      <div class="scroll" role="region" aria-label={s("answer")} tabIndex={0}>
        <table>
          <thead>
            <tr>{table.columns.map((name) => <Heading key={name} name={name} sort={sort} />)}</tr>
          </thead>
          <tbody>
            {part.rows.map((row, at) => (
              <tr key={first + at}>{row.map((cell, place) => <td key={place}><Value cell={cell} /></td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
      {part.pages > 1 && (
        <nav class="pager" aria-label={s("pages")}>
          <button type="button" disabled={part.number === 1} onClick={() => setOptions({ page: part.number === 2 ? "" : String(part.number - 1) }, "replace")}>{s("pageBefore")}</button>
          <span>{s("pageOf", { first: first + 1, last: first + part.rows.length, count: ordered.rows.length })}</span>
          <button type="button" disabled={part.number === part.pages} onClick={() => setOptions({ page: String(part.number + 1) }, "replace")}>{s("pageNext")}</button>
        </nav>
      )}
    </div>
  );
}

function Heading({ name, sort }: { name: string; sort: string }) {
  const order = sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
  const next = { none: name, ascending: `-${name}`, descending: "" }[order];
  return (
    <th scope="col" aria-sort={order}>
      <button type="button" class="sort" title={s("sortBy", { name })} onClick={() => setOptions({ sort: next, page: "" }, "replace")}>
        {name}<span aria-hidden="true">{{ none: "", ascending: " ↑", descending: " ↓" }[order]}</span>
      </button>
    </th>
  );
}

function Taking({ table }: { table: Table }) {
  const [told, setTold] = useState("");
  const copy = async (): Promise<void> => setTold(s((await copyText(toClipboard(table, shownOf))) ? "copied" : "notCopied"));
  return (
    <div class="taking">
      <span role="status">{told}</span>
      <button type="button" onClick={() => void copy()}>{s("copy")}</button>
      {(Object.keys(FILES) as (keyof typeof FILES)[]).map((name) => (
        <button key={name} type="button" aria-label={`${s("download")} ${name.toUpperCase()} (${s("downloadHelp")})`} onClick={() => saveText(FILES[name][0](table), `cloudindex-query.${name}`, FILES[name][1])}>
          {name.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

/** Return what is read in a cell: an IRI by its short name. */
export function shownOf(cell: Cell): string {
  if (cell.type === "uri") return slugOf(cell.value) || shortened(cell.value, about.value?.prefixes ?? {}).replace(/^<(.*)>$/, "$1");
  return cell.type === "bnode" ? `_:${cell.value}` : cell.value;
}

/** A term of an answer; an entity is a link to its page. */
export function Value({ cell }: { cell: Cell }) {
  if (cell.type === "none") return <span class="quiet">{s("unbound")}</span>;
  const slug = cell.type === "uri" ? slugOf(cell.value) : "";
  if (slug) return <a href={addressOf("entity", { selection: slug })} title={cell.value}>{slug}</a>;
  if (cell.type === "uri" && /^https?:/.test(cell.value) && shownOf(cell) === cell.value) return <a href={cell.value} rel="noreferrer noopener">{cell.value}</a>;
  if (cell.type !== "literal") return <code title={cell.value}>{shownOf(cell)}</code>;
  return <span lang={cell.language || undefined} title={cell.datatype || undefined}>{cell.value}{cell.language && <small> {cell.language}</small>}</span>;
}

/** Return how many rows there are, in words. */
export const countOf = (rows: number, isGraph: boolean): string =>
  rows === 1 ? s(isGraph ? "oneTriple" : "oneRow") : s(isGraph ? "triples" : "rows", { count: number(rows) });
