// What is seen, to be taken along: as a link, a picture, or a file for another program.
import { useRef, useState } from "preact/hooks";

import { exportSubgraph, readFormats } from "../../api/graph";
import { useResource } from "../../api/resource";
import { about, relationLabel, relations, typeColour } from "../../api/vocabulary";
import type { Picture } from "../../state/graphPicture";
import type { Places } from "../../state/graphPlaces";
import { language } from "../../state/preferences";
import { view } from "../../state/store";
import { encode } from "../../state/view";
import { save } from "../../ui/files";
import { Trouble } from "../../ui/parts";
import { copyText } from "../sparql/hands";
import { lookNow } from "./look";
import { toPng, toSvg } from "./svg";
import { amounts, say } from "./texts";

const FILE = "cloud-index";

interface ShareProps {
  readonly picture: Picture;
  readonly places: Places | undefined;
  readonly trail: ReadonlySet<string>;
}

export function Share({ picture, places, trail }: ShareProps) {
  const [copied, setCopied] = useState("");
  const link = new URL(encode(view.value), location.href).href;
  const field = useRef<HTMLInputElement>(null);
  const copy = async (): Promise<void> => {
    setCopied((await copyText(link)) ? link : "");
    // What the browser does not let us do is one key away.
    field.current?.select();
  };
  const [error, setError] = useState<Error>();
  const attempt = (work: () => Promise<void>): void => {
    setError(undefined);
    work().catch((reason: Error) => setError(reason));
  };
  return (
    <details>
      <summary>{say("share")}</summary>
      <p class="quiet">{say("exactly", amounts(picture))}</p>
      <div class="line">
        <input ref={field} readOnly aria-label={say("link")} value={link} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" onClick={copy}>{say("copyLink")}</button>
      </div>
      <p class="quiet" role="status">{copied === link ? say("copied") : ""}</p>
      {picture.nodes.length > 0 && (
        <>
          <div class="line">
            <button type="button" disabled={!places} onClick={() => places && save(new Blob([svgOf(picture, places, trail)], { type: "image/svg+xml" }), `${FILE}.svg`)}>{say("svg")}</button>
            <button type="button" disabled={!places} onClick={() => places && attempt(async () => save(await toPng(svgOf(picture, places, trail)), `${FILE}.png`))}>{say("png")}</button>
          </div>
          <Formats picture={picture} attempt={attempt} />
        </>
      )}
      {error && <Trouble error={error} />}
    </details>
  );
}

function Formats({ picture, attempt }: { picture: Picture; attempt: (work: () => Promise<void>) => void }) {
  const { value = [] } = useResource((signal) => readFormats({ signal }), []);
  const [name, setName] = useState("graphml");
  const chosen = value.find((one) => one.name === name);
  const most = chosen?.most_nodes ?? Infinity;
  const wish = {
    entities: picture.nodes.map((one) => one.slug),
    edges: picture.edges.map((one) => one.id),
    inferred: view.value.options.inferred === "1",
  };
  return (
    <div class="line">
      <label>
        <span class="unseen">{say("format")}</span>
        <select value={name} onChange={(event) => setName(event.currentTarget.value)}>
          {value.map((one) => <option key={one.name} value={one.name}>{one.name}</option>)}
        </select>
      </label>
      <button
        type="button"
        disabled={!chosen || picture.nodes.length > most}
        title={picture.nodes.length > most ? say("tooMany", { count: most }) : undefined}
        onClick={() => chosen && attempt(async () => save(await exportSubgraph(wish, name, language.value), `${FILE}.${chosen.extension}`))}
      >
        {say("download")}
      </button>
    </div>
  );
}

function svgOf(picture: Picture, places: Places, trail: ReadonlySet<string>): string {
  const { selection, options } = view.value;
  return toSvg({
    picture,
    places,
    look: lookNow(),
    attention: { selection, edge: options.edge ?? "", trail },
    title: about.value?.title ?? "Cloud Index",
    colour: (type) => typeColour(type),
    relation: (key) => ({ label: relationLabel(key), isSymmetric: relations.value.get(key)?.symmetric ?? false }),
  });
}
