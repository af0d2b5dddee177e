// Where one begins: search, what is here, questions with answers, what was published, how the data stands.
import { t } from "../../i18n";
import { Search } from "../../ui/Search";
import { CategoryMap } from "./CategoryMap";
import { News, Stand } from "./News";
import { Questions } from "./Questions";
import { about } from "../../api/vocabulary";

export default function Start() {
  return (
    <div class="start">
      <section class="hero">
        <h1>{about.value?.title ?? "Cloud Index"}</h1>
        <p>{t("tagline")}</p>
        <Search isLarge />
      </section>
      <CategoryMap />
      <Questions />
      <div class="columns">
        <News />
        <Stand />
      </div>
    </div>
  );
}
