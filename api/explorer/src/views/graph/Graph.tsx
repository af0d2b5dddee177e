import { t } from "../../i18n";
import { Screen } from "../../ui/parts";

export default function Graph() {
  return <Screen title={t("graph")}><p>{t("notYet")}</p></Screen>;
}
