// All that fits words, as the search field finds it: what is misspelt or only described so, too.
import { search } from "../../api/calls";
import { useResource } from "../../api/resource";
import type { Hit } from "../../api/types";
import { typeLabel } from "../../api/vocabulary";
import { t } from "../../i18n";
import { setOptions, view } from "../../state/store";
import { EntityLink, Screen, Trouble, Waiting } from "../../ui/parts";
import { Marked } from "../../ui/Marked";
import { countTypes } from "./counting";
import { Values } from "./Values";

// As many as the service finds at once.
const MOST = 100;

export function Found({ words }: { words: string }) {
  const { type = "" } = view.value.options;
  const { value, error } = useResource((signal) => search(words, MOST, { signal }), [words]);
  const items = value?.items ?? [];
  const shown = items.filter((one) => !type || one.type === type);
  return (
    <Screen title={t("searchAll", { words })} beside={value && <span class="count" role="status">{t(value.complete ? "listTotal" : "listBest", { count: shown.length })}</span>}>
      <div class="with-side">
        <div class="side" role="group" aria-label={t("filterBy")}>
          <button type="button" onClick={() => setOptions({ words: "", type: "" })}>{t("clearFilters")}</button>
          <Values title={t("filterType")} {...countTypes(items)} chosen={type} choose={(one) => setOptions({ type: one })} label={typeLabel} />
        </div>
        <div>
          {error && <Trouble error={error} />}
          {!value && !error && <Waiting />}
          {value && !items.length && <p>{t("searchNothing", { words })}</p>}
          {shown.length > 0 && <Hits items={shown} />}
        </div>
      </div>
    </Screen>
  );
}

function Hits({ items }: { items: readonly Hit[] }) {
  return (
    <table>
      <thead><tr><th scope="col">{t("name")}</th><th scope="col">{t("type")}</th><th scope="col">{t("fits")}</th></tr></thead>
      <tbody>
        {items.map((one) => <tr key={one.slug}><td><EntityLink entity={one} /></td><td>{typeLabel(one.type)}</td><td><Marked hit={one} /></td></tr>)}
      </tbody>
    </table>
  );
}
