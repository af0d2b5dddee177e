import { t } from "../../i18n";
import { Screen } from "../../ui/parts";

export default function Verdicts() {
  return <Screen title={t("verdicts")}><p>{t("notYet")}</p></Screen>;
}
