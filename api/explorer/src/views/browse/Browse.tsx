// Entities in a list, filtered by what they are and where they come from; counts are those of the lists that they lead to.
import { useEffect, useState } from "preact/hooks";

import { listEntities, listPart, type ListWish } from "../../api/calls";
import { useResource } from "../../api/resource";
import type { Page } from "../../api/types";
import { typeLabel } from "../../api/vocabulary";
import { number, t } from "../../i18n";
import { language } from "../../state/preferences";
import { setOptions, view } from "../../state/store";
import { EntityLink, Screen, Trouble, Waiting } from "../../ui/parts";
import { Found } from "./Found";
import { type Counted, Values } from "./Values";

const FIRST = 100;
const STEP = 400;
const MOST_VALUES = 200;

/** What is asked for: a class itself, or with all that is below it; a document. */
interface Wish {
  readonly type: string;
  readonly within: string;
  readonly document: string;
}

export default function Browse() {
  const { words = "" } = view.value.options;
  return words ? <Found words={words} /> : <Listed />;
}

function Listed() {
  const { type = "", within = "", document = "" } = view.value.options;
  const wish = { type, within, document };
  const { value, error } = useResource(
    (signal) => listPart({ ...asked(wish), limit: FIRST, fields: "slug,name,type,relations", lang: language.value }, { signal }),
    [type, within, document, language.value],
  );
  const title = type || within ? typeLabel(type || within) : t("listTitle");
  return (
    <Screen title={title} beside={value && <span class="count" role="status">{t("listTotal", { count: value.page.total })}</span>}>
      <div class="with-side">
        <Filters wish={wish} />
        <div>
          {error && <Trouble error={error} />}
          {!value && !error && <Waiting />}
          {value && <List key={JSON.stringify([wish, view.value.generation])} first={value.page} next={value.next} wish={wish} />}
        </div>
      </div>
    </Screen>
  );
}

interface ListProps {
  readonly first: Page;
  readonly next: string;
  readonly wish: Wish;
}

/** The list, with as many parts of it as were wished for. */
function List({ first, next, wish }: ListProps) {
  const [rest, setRest] = useState({ items: [] as Page["items"], next });
  const [error, setError] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => setRest({ items: [], next }), [first]);
  const items = [...first.items, ...rest.items];

  async function more(): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      const parameters = { ...asked(wish), limit: STEP, fields: "slug,name,type,relations", lang: language.value, cursor: rest.next };
      const found = await listPart(parameters);
      setRest({ items: [...rest.items, ...found.page.items], next: found.next });
    } catch (problem) {
      setError(problem as Error);
    }
    setBusy(false);
  }

  return (
    <>
      <table>
        <thead><tr><th scope="col">{t("name")}</th><th scope="col">{t("type")}</th><th scope="col" class="number">{t("relationsCount")}</th></tr></thead>
        <tbody>
          {items.map((one) => (
            <tr key={one.slug}><td><EntityLink entity={one} /></td><td>{typeLabel(one.type)}</td><td class="number">{number(one.relations ?? 0)}</td></tr>
          ))}
        </tbody>
      </table>
      {error && <Trouble error={error} />}
      {rest.next && (
        <p class="more actions">
          <button type="button" aria-disabled={isBusy} onClick={() => isBusy || more()}>{t("listMore")}</button>
          <span class="count" role="status">{t("listShown", { shown: items.length, count: first.total })}</span>
        </p>
      )}
    </>
  );
}

/** What the list can be filtered by; a choice of one kind is left out where the values of that kind are counted. */
function Filters({ wish }: { wish: Wish }) {
  const { type, within, document } = wish;
  const count = (other: Wish, facets: string) => (signal: AbortSignal) => listEntities({ ...asked(other), limit: 0, facets, facet_limit: MOST_VALUES }, { signal });
  const types = useResource(count({ ...wish, type: "" }, "exact_type"), [within, document]);
  const documents = useResource(count({ ...wish, document: "" }, "document"), [type, within]);
  return (
    <div class="side" role="group" aria-label={t("filterBy")}>
      {(type || within || document) && <button type="button" onClick={() => setOptions({ type: "", within: "", document: "" })}>{t("clearFilters")}</button>}
      <Values title={t("filterType")} {...countedOf(types.value, "exact_type")} chosen={type} choose={(one) => setOptions({ type: one })} label={typeLabel} />
      <Values title={t("filterDocument")} {...countedOf(documents.value, "document")} chosen={document} choose={(one) => setOptions({ document: one })} />
    </div>
  );
}

function asked({ type, within, document }: Wish): ListWish {
  return { ...(type && { filter: `exact_type:${type}` }), ...(within && { type: within }), ...(document && { document }) };
}

function countedOf(page: Page | undefined, facet: string): Counted {
  return page?.facets[facet] ?? { values: [], distinct: 0 };
}
