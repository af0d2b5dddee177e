// The graph as a picture; the table says the same to those who do not see it.
import { useLayoutEffect, useRef } from "preact/hooks";

import { relations, types } from "../../api/vocabulary";
import { t } from "../../i18n";
import type { Picture } from "../../state/graphPicture";
import type { Places } from "../../state/graphPlaces";
import { expand, pin } from "../../state/graph";
import { isDark, language } from "../../state/preferences";
import { change, setOptions, show, view } from "../../state/store";
import type { Attention } from "./attention";
import { Drawing, isCalmWanted } from "./drawing";
import { lookNow } from "./look";
import { amounts, say } from "./texts";

interface CanvasProps {
  readonly picture: Picture;
  readonly places: Places;
  readonly trail: ReadonlySet<string>;
}

export function Canvas({ picture, places, trail }: CanvasProps) {
  const container = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | undefined>(undefined);
  const { selection, pinned, options } = view.value;
  const edge = options.edge ?? "";

  useLayoutEffect(() => {
    if (!container.current) return;
    const made = new Drawing(container.current, lookNow(), {
      select: (slug) => change({ selection: slug, options: without(view.value.options, "edge") }, "replace"),
      expand: (slug) => show(expand(view.value, slug)),
      pick: (id) => setOptions({ edge: id }, "replace"),
      pin: (slug, x, y) => show(pin({ ...view.value, selection: slug }, slug, { x, y })),
    });
    drawing.current = made;
    // For whoever drives the page from outside: canvases have no elements to point at.
    Object.assign(container.current, { whereIs: (slug: string) => made.whereIs(slug) });
    return () => {
      drawing.current = undefined;
      made.end();
    };
  }, []);

  const attention: Attention = { selection, edge, trail };
  // In the same frame as all else that tells of it.
  useLayoutEffect(() => drawing.current?.show(picture, places, new Set(pinned.map((one) => one.entity)), attention, lookNow(), isCalmWanted()), [picture, places, pinned, language.value, isDark.value, types.value, relations.value]);
  useLayoutEffect(() => drawing.current?.attend(attention), [selection, edge, trail]);

  return (
    <div class="stage">
      <div ref={container} class="canvas" role="img" aria-label={summary(picture)} />
      <div class="zoom" role="group" aria-label={t("graph")}>
        <button type="button" class="icon" aria-label={say("zoomIn")} title={say("zoomIn")} onClick={() => drawing.current?.zoom(1)}>+</button>
        <button type="button" class="icon" aria-label={say("zoomOut")} title={say("zoomOut")} onClick={() => drawing.current?.zoom(-1)}>−</button>
        <button type="button" class="icon" aria-label={say("fit")} title={say("fit")} onClick={() => drawing.current?.zoom(0)}>
          <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4" /></svg>
        </button>
      </div>
    </div>
  );
}

function summary(picture: Picture): string {
  if (!picture.nodes.length) return say("pictureEmpty");
  const first = [...picture.nodes].sort((one, other) => other.neighbours - one.neighbours).slice(0, 5);
  return say("picture", { ...amounts(picture), names: first.map((one) => one.name).join(", ") });
}

function without(options: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== name));
}
