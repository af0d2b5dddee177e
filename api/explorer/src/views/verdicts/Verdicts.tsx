// What is wrong with the documents, and what would be with one that is pasted.
import { t } from "../../i18n";
import { addressOf, view } from "../../state/store";
import { Screen } from "../../ui/parts";
import { DryRun } from "./DryRun";
import { ReportView } from "./ReportView";
import { s } from "./texts";
import "./verdicts.css";

export default function Verdicts() {
  const isDryRun = view.value.options.tab === "check";
  return (
    <Screen title={t("verdicts")}>
      <nav class="ways" aria-label={s("views")}>
        <a href={addressOf("verdicts")} aria-current={isDryRun ? undefined : "page"}>{s("report")}</a>
        <a href={addressOf("verdicts", { options: { tab: "check" } })} aria-current={isDryRun ? "page" : undefined}>{s("dryRun")}</a>
      </nav>
      {isDryRun ? <DryRun /> : <ReportView />}
    </Screen>
  );
}
