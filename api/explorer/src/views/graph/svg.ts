// The picture as SVG, as it is arranged, and as PNG from that.  The SVG writer is pure.
import type { Line, Picture } from "../../state/graphPicture";
import { sizeOf } from "../../state/graphPicture";
import type { Place, Places } from "../../state/graphPlaces";
import { mixed } from "../../state/colours";
import type { Attention } from "./attention";
import type { Look } from "./look";

export interface Drawable {
  readonly picture: Picture;
  readonly places: Places;
  readonly look: Pick<Look, "paper" | "ink" | "soft" | "accent" | "font">;
  readonly attention: Attention;
  readonly colour: (type: string) => string;
  readonly relation: (key: string) => { readonly label: string; readonly isSymmetric: boolean };
  readonly title: string;
}

const PIXELS = 1400;
const MARGIN = 120;

/** Return the drawing as SVG: nodes with their names, edges with theirs as titles, inferred ones dashed; what is looked at
 *  stands out as on the canvas. */
export function toSvg({ picture, places, look, attention, colour, relation, title }: Drawable): string {
  const at = scaled(places, picture);
  const nodes = picture.nodes.filter((one) => at.has(one.slug));
  const xs = [...at.values()].map((one) => one.x);
  const ys = [...at.values()].map((one) => one.y);
  const [width, height] = [Math.max(0, ...xs) + MARGIN * 2, Math.max(0, ...ys) + MARGIN];
  const edges = picture.edges.flatMap((one) => {
    const [from, to] = [at.get(one.source), at.get(one.target)];
    if (!from || !to) return [];
    const { label, isSymmetric } = relation(one.relation);
    const dash = one.inferred ? ' stroke-dasharray="5 4"' : "";
    const stroke = strokeOf(one, attention, look.accent);
    const arrow = isSymmetric ? "" : ` marker-end="url(#${isLit(one, attention) ? "lit" : "arrow"})"`;
    const end = shortened(from, to, sizeOf(nodeOf(picture, one.target)) + 6);
    return [`<path d="${way(from, end, one.bend)}"${dash}${stroke}${arrow}><title>${escaped(label)}</title></path>`];
  });
  const circles = nodes.map((one) => {
    const { x, y } = at.get(one.slug) as Place;
    const size = sizeOf(one);
    const circle = `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${fixed(size)}"`;
    if (isFaded(one.slug, attention)) return `<g>${circle} fill="${mixed(colour(one.type), look.paper, 0.82)}"/></g>`;
    const ring = one.slug === attention.selection ? ` stroke="${look.accent}" stroke-width="6"` : "";
    return `<g>${circle} fill="${escaped(colour(one.type))}"${ring}/><text x="${fixed(x + size + 4)}" y="${fixed(y + 4)}">${escaped(one.name)}</text></g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${fixed(width)} ${fixed(height)}" width="${fixed(width)}" height="${fixed(height)}" font-family="${escaped(look.font)}" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<defs>${marker("arrow", look.soft)}${marker("lit", look.accent)}</defs>`,
    `<rect width="100%" height="100%" fill="${look.paper}"/>`,
    `<g fill="none" stroke="${look.soft}" stroke-opacity="0.6" stroke-width="1.2">${edges.join("")}</g>`,
    `<g fill="${look.ink}" stroke="${look.paper}" stroke-width="3" paint-order="stroke" stroke-linejoin="round">${circles.join("\n")}</g>`,
    "</svg>",
  ].join("\n");
}

/** Draw an SVG at twice its size. */
export async function toPng(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth * 2, image.naturalHeight * 2];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("PNG"))), "image/png"));
}

/** Scale what is shown to the size of a sheet; up is up. */
function scaled(places: Places, picture: Picture): Map<string, Place> {
  const shown = picture.nodes.flatMap((one): [string, Place][] => {
    const place = places.get(one.slug);
    return place ? [[one.slug, place]] : [];
  });
  const [left, right] = ends(shown.map(([, one]) => one.x));
  const [bottom, top] = ends(shown.map(([, one]) => one.y));
  const factor = PIXELS / Math.max(right - left, top - bottom, 1);
  return new Map(shown.map(([slug, { x, y }]) => [slug, { x: MARGIN + (x - left) * factor, y: MARGIN + (top - y) * factor }]));
}

function ends(values: readonly number[]): [number, number] {
  return values.length ? [Math.min(...values), Math.max(...values)] : [0, 0];
}

/** Return how an edge differs from the others by what is looked at. */
function strokeOf(edge: Line, attention: Attention, accent: string): string {
  const { selection, trail } = attention;
  if (isLit(edge, attention)) return ` stroke="${accent}" stroke-opacity="1" stroke-width="2"`;
  if (trail.size > 0) return ' stroke-opacity="0.15"';
  return selection && (edge.source === selection || edge.target === selection) ? ' stroke-opacity="1" stroke-width="2"' : "";
}

const isLit = ({ id }: Line, { edge, trail }: Attention): boolean => trail.has(id) || id === edge;

const isFaded = (slug: string, { selection, trail }: Attention): boolean => trail.size > 0 && !trail.has(slug) && slug !== selection;

const marker = (id: string, colour: string): string =>
  `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><polygon points="0,0 8,4 0,8" fill="${colour}"/></marker>`;

function nodeOf(picture: Picture, slug: string): { neighbours: number } {
  return picture.nodes.find((one) => one.slug === slug) ?? { neighbours: 0 };
}

function way(from: Place, to: Place, bend: number): string {
  if (!bend) return `M${fixed(from.x)} ${fixed(from.y)}L${fixed(to.x)} ${fixed(to.y)}`;
  const [x, y] = [(from.x + to.x) / 2 - (to.y - from.y) * bend, (from.y + to.y) / 2 + (to.x - from.x) * bend];
  return `M${fixed(from.x)} ${fixed(from.y)}Q${fixed(x)} ${fixed(y)} ${fixed(to.x)} ${fixed(to.y)}`;
}

function shortened(from: Place, to: Place, by: number): Place {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const part = Math.max(0, 1 - by / length);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);
}

const fixed = (value: number): string => String(Math.round(value * 10) / 10);
