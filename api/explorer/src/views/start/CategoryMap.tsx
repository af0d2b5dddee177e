// A map of what there is: types, ordered by the family they belong to, as large as they have entities.
import { useState } from "preact/hooks";

import { listEntities } from "../../api/calls";
import { useResource } from "../../api/resource";
import type { FacetValue } from "../../api/types";
import { familyOf, typeColour, typeLabel, types } from "../../api/vocabulary";
import { number, t } from "../../i18n";
import { addressOf, setOptions, view } from "../../state/store";
import { Trouble, Waiting } from "../../ui/parts";

// Of many documents these are offered at first: the ones that speak of most.
const FEW = 12;

export function CategoryMap() {
  const { document = "" } = view.value.options;
  const [isWhole, setWhole] = useState(false);
  const all = useResource((signal) => listEntities({ limit: 0, facets: "document", facet_limit: 1000 }, { signal }), []);
  const found = useResource(
    (signal) => listEntities({ limit: 0, facets: "exact_type", facet_limit: 1000, ...(document && { document }) }, { signal }),
    [document],
  );
  const documents = all.value?.facets.document?.values ?? [];
  return (
    <section aria-labelledby="map-title">
      <div class="section-head">
        <h2 id="map-title">{t("mapTitle")}</h2>
        {found.value && <span class="count">{t("mapOf", { count: found.value.total })}</span>}
      </div>
      {documents.length > 1 && (
        <div class="chips" role="group" aria-label={t("byDocument")}>
          {[{ value: "", label: t("everyDocument"), count: all.value?.total ?? 0 }, ...(isWhole ? documents : documents.slice(0, FEW))].map((one) => (
            <button key={one.value} type="button" class="chip" aria-pressed={document === one.value} onClick={() => setOptions({ document: one.value })}>
              {one.label} <span>{number(one.count)}</span>
            </button>
          ))}
          {documents.length > FEW && (
            <button type="button" class="chip" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
              {isWhole ? t("fewer") : t("moreRows", { count: documents.length - FEW })}
            </button>
          )}
        </div>
      )}
      {found.error && <Trouble error={found.error} />}
      {!found.value && found.isLoading && <Waiting />}
      {found.value && types.value.size > 0 && (
        <div class="map">
          {families(found.value.facets.exact_type?.values ?? []).map(([family, values]) => (
            <div key={family} class="family">
              <h3>
                <a href={addressOf("browse", { options: { within: family, ...(document && { document }) } })}>
                  {typeLabel(family)} <span>{number(sizeOf(values))}</span>
                </a>
              </h3>
              <ul>
                {values.map((one) => (
                  <li key={one.value} style={{ flexGrow: one.count, "--type": typeColour(one.value) }}>
                    <a href={addressOf("browse", { options: { type: one.value, ...(document && { document }) } })}>
                      <span>{typeLabel(one.value)}</span> <b>{number(one.count)}</b>
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

/** Order types by family, the largest first. */
function families(values: readonly FacetValue[]): [string, FacetValue[]][] {
  const found = new Map<string, FacetValue[]>();
  for (const one of values) found.set(familyOf(one.value), [...(found.get(familyOf(one.value)) ?? []), one]);
  return [...found].sort(([, one], [, other]) => sizeOf(other) - sizeOf(one));
}

function sizeOf(values: readonly FacetValue[]): number {
  return values.reduce((sum, one) => sum + one.count, 0);
}
