import { t } from "../../i18n";
import { Screen } from "../../ui/parts";

export default function Sparql() {
  return <Screen title={t("sparql")}><p>{t("notYet")}</p></Screen>;
}
