// The values of one kind that a list can be filtered by, with their counts.
import { number, t } from "../../i18n";

export interface Counted {
  readonly values: readonly { readonly value: string; readonly label: string; readonly count: number }[];
  /** How many values there are, told or not. */
  readonly distinct: number;
}

interface ValuesProps extends Counted {
  readonly title: string;
  readonly chosen: string;
  readonly choose: (value: string) => void;
  readonly label?: (value: string) => string;
}

export function Values({ title, values, distinct, chosen, choose, label }: ValuesProps) {
  if (!values.length) return null;
  return (
    <fieldset>
      <legend>{title}</legend>
      {values.map((one) => (
        <button key={one.value} type="button" class="chip" aria-pressed={one.value === chosen} onClick={() => choose(one.value === chosen ? "" : one.value)}>
          {label ? label(one.value) : one.label} <span>{number(one.count)}</span>
        </button>
      ))}
      {distinct > values.length && <span class="quiet">{t("moreRows", { count: distinct - values.length })}</span>}
    </fieldset>
  );
}
