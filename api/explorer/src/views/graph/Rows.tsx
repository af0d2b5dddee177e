// The graph as two tables: entities and relations.  Everything that can be done to the picture can be done here.
import { useState } from "preact/hooks";

import { relationLabel, typeLabel } from "../../api/vocabulary";
import { number, t } from "../../i18n";
import { expand, toggleHidden } from "../../state/graph";
import { change, setOptions, show, view } from "../../state/store";
import { Dot } from "../../ui/parts";
import { kindLabel, say } from "./texts";
import type { Scene } from "./Workbench";

const FEW = 200;
const ORDERS = {
  name: (one: Node, other: Node) => one.name.localeCompare(other.name),
  type: (one: Node, other: Node) => typeLabel(one.type).localeCompare(typeLabel(other.type)) || one.name.localeCompare(other.name),
  neighbours: (one: Node, other: Node) => other.neighbours - one.neighbours || one.name.localeCompare(other.name),
};
type Node = Scene["picture"]["nodes"][number];
type Order = keyof typeof ORDERS;

export function Rows({ picture, trail }: Scene) {
  const [words, setWords] = useState("");
  const [isWhole, setWhole] = useState(false);
  const { selection, options } = view.value;
  const order = options.sort && options.sort in ORDERS ? (options.sort as Order) : "neighbours";
  const names = new Map(picture.nodes.map((one) => [one.slug, one.name]));
  const fits = (...texts: (string | undefined)[]): boolean => texts.join(" ").toLocaleLowerCase().includes(words.trim().toLocaleLowerCase());
  const nodes = picture.nodes.filter((one) => fits(one.name, typeLabel(one.type))).sort(ORDERS[order]);
  const edges = picture.edges.filter((one) => fits(names.get(one.source), relationLabel(one.relation), names.get(one.target)));
  const most = isWhole ? Infinity : FEW;
  return (
    <div class="tables">
      <input type="search" aria-label={say("filterRows")} placeholder={say("filterRows")} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      <table>
        <caption>{say("entities")} <span class="count">{number(nodes.length)}</span></caption>
        <thead>
          <tr>
            <Head name="name" order={order} text={say("entities")} />
            <Head name="type" order={order} text={t("type")} />
            <Head name="neighbours" order={order} text={say("notShown")} isNumber />
            <th scope="col">{say("actions")}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.slice(0, most).map((one) => (
            <tr key={one.slug} class={trail.has(one.slug) ? "lit" : undefined} aria-current={one.slug === selection ? "true" : undefined}>
              <th scope="row">
                <button type="button" class="plain" aria-label={say("selectOne", { name: one.name })} aria-pressed={one.slug === selection} onClick={() => change({ selection: one.slug }, "replace")}>
                  <Dot type={one.type} />{one.name}
                </button>
              </th>
              <td>{kindLabel(one.type)}</td>
              <td class="number">{say("shownOf", { shown: one.omitted, count: one.neighbours })}</td>
              <td class="do">
                <button type="button" aria-label={say("expandOne", { name: one.name })} onClick={() => show(expand(view.value, one.slug))}>{say("expandBy")}</button>
                <button type="button" aria-label={say("hideOne", { name: one.name })} onClick={() => show(toggleHidden(view.value, { kind: "entity", key: one.slug }))}>{say("hide")}</button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <table>
        <caption>{say("relations")} <span class="count">{number(edges.length)}</span></caption>
        <thead>
          <tr><th scope="col">{say("source")}</th><th scope="col">{say("relation")}</th><th scope="col">{say("target")}</th><th scope="col">{say("states")}</th></tr>
        </thead>
        <tbody>
          {edges.slice(0, most).map((one) => (
            <tr key={one.id} class={trail.has(one.id) ? "lit" : undefined} aria-current={one.id === options.edge ? "true" : undefined}>
              <td>{names.get(one.source)}</td>
              <td>{relationLabel(one.relation)}</td>
              <td>{names.get(one.target)}</td>
              <td class="do">
                {say(one.inferred ? "follows" : "stated")}{" "}
                <button type="button" aria-pressed={one.id === options.edge} aria-label={`${say("sources")} ${names.get(one.source)} ${relationLabel(one.relation)} ${names.get(one.target)}`} onClick={() => setOptions({ edge: one.id }, "replace")}>{say("sources")}</button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!isWhole && Math.max(nodes.length, edges.length) > FEW && <button type="button" onClick={() => setWhole(true)}>{say("moreRows", { count: Math.max(nodes.length, edges.length) })}</button>}
    </div>
  );
}

function Head({ name, order, text, isNumber = false }: { name: Order; order: Order; text: string; isNumber?: boolean }) {
  return (
    <th scope="col" class={isNumber ? "number" : undefined} aria-sort={order === name ? (isNumber ? "descending" : "ascending") : undefined}>
      <button type="button" class="plain" onClick={() => setOptions({ sort: name === "neighbours" ? "" : name }, "replace")}>{text}</button>
    </th>
  );
}
