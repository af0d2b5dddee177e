import { t } from "../../i18n";
import { Screen } from "../../ui/parts";

export default function Table() {
  return <Screen title={t("table")}><p>{t("notYet")}</p></Screen>;
}
