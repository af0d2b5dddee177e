// Entities in a list, filtered by what they are and where they come from; counts are those of the list.
import { useEffect, useState } from "preact/hooks";

import { listEntities } from "../../api/calls";
import { useResource } from "../../api/resource";
import type { FacetValue } from "../../api/types";
import { typeLabel } from "../../api/vocabulary";
import { number, t } from "../../i18n";
import { language } from "../../state/preferences";
import { setOptions, view } from "../../state/store";
import { EntityLink, Screen, Trouble, Waiting } from "../../ui/parts";

const STEP = 100;

export default function Browse() {
  const { type = "", document = "", q = "" } = view.value.options;
  const [limit, setLimit] = useState(STEP);
  useEffect(() => setLimit(STEP), [type, document, q]);
  const lang = language.value;
  const wish = { ...(type && { type }), ...(document && { document }), ...(q && { q }), lang };
  const { value, error } = useResource(
    (signal) => listEntities({ ...wish, limit, fields: "slug,name,type,relations", facets: "exact_type,document", facet_limit: 200 }, { signal }),
    [type, document, q, limit, lang],
  );
  return (
    <Screen title={type ? typeLabel(type) : q ? `“${q}”` : t("listTitle")} beside={value && <span class="count">{t("listTotal", { count: value.total })}</span>}>
      <div class="with-side">
        <div class="side" role="group" aria-label={t("filterBy")}>
          {(type || document || q) && <button type="button" onClick={() => setOptions({ type: "", document: "", q: "" })}>{t("clearFilters")}</button>}
          <Values title={t("filterType")} values={value?.facets.exact_type?.values ?? []} chosen={type} choose={(one) => setOptions({ type: one })} label={typeLabel} />
          <Values title={t("filterDocument")} values={value?.facets.document?.values ?? []} chosen={document} choose={(one) => setOptions({ document: one })} />
        </div>
        <div>
          {error && <Trouble error={error} />}
          {!value && !error && <Waiting />}
          {value && (
            <table>
              <thead><tr><th scope="col">{t("name")}</th><th scope="col">{t("type")}</th><th scope="col" class="number">{t("relationsCount")}</th></tr></thead>
              <tbody>
                {value.items.map((one) => (
                  <tr key={one.slug}><td><EntityLink entity={one} /></td><td>{typeLabel(one.type)}</td><td class="number">{number(one.relations ?? 0)}</td></tr>
                ))}
              </tbody>
            </table>
          )}
          {value && value.items.length < value.total && limit < 1000 && (
            <button type="button" class="more" onClick={() => setLimit(Math.min(1000, limit + STEP * 2))}>{t("listMore")}</button>
          )}
        </div>
      </div>
    </Screen>
  );
}

interface ValuesProps {
  readonly title: string;
  readonly values: readonly FacetValue[];
  readonly chosen: string;
  readonly choose: (value: string) => void;
  readonly label?: (value: string) => string;
}

function Values({ title, values, chosen, choose, label }: ValuesProps) {
  if (!values.length) return null;
  return (
    <fieldset>
      <legend>{title}</legend>
      {values.map((one) => (
        <button key={one.value} type="button" class="chip" aria-pressed={one.value === chosen} onClick={() => choose(one.value === chosen ? "" : one.value)}>
          {label ? label(one.value) : one.label} <span>{number(one.count)}</span>
        </button>
      ))}
    </fieldset>
  );
}
