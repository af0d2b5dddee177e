// The canvas: sigma, told what to draw and what is looked at.  It decides nothing about what is shown.
import { createEdgeCurveProgram } from "@sigma/edge-curve";
import { MultiDirectedGraph } from "graphology";
import Sigma from "sigma";
import { EdgeArrowProgram, EdgeLineProgram, EdgeRectangleProgram } from "sigma/rendering";
import { animateNodes } from "sigma/utils";

import { relationLabel, relations, typeColour } from "../../api/vocabulary";
import { mixed } from "../../state/colours";
import { isLarge, type Line, type Picture, sizeOf } from "../../state/graphPicture";
import type { Places } from "../../state/graphPlaces";
import type { Attention } from "./attention";
import type { Look } from "./look";
import { type Box, type Disc, Room } from "./room";

export interface Handlers {
  readonly select: (slug: string) => void;
  readonly expand: (slug: string) => void;
  readonly pick: (edge: string) => void;
  readonly pin: (slug: string, x: number, y: number) => void;
}

type NodeLook = {
  x: number;
  y: number;
  size: number;
  color: string;
  label: string;
  isPinned: boolean;
};

type EdgeLook = {
  size: number;
  color: string;
  label: string;
  type: string;
  curvature: number;
};

const MOST_ANIMATED = 500;
const MOST_NAMED = 14;
const NARROW = 500;
// More nodes than that are drawn smaller, so that they do not lie on each other.
const MANY = 300;
const LABEL_SIZE = 13;
// A hand that trembles drags nothing, in pixels.
const LEAST_DRAG = 4;
const ARROW = { extremity: "target", lengthToThicknessRatio: 2.5, widenessToThicknessRatio: 2 } as const;

export class Drawing {
  #graph = new MultiDirectedGraph<NodeLook, EdgeLook>();
  readonly #sigma: Sigma<NodeLook, EdgeLook>;
  #look: Look;
  #attention: Attention = { selection: "", edge: "", trail: new Set() };
  #hovered = "";
  #near = new Set<string>();
  #isCrowded = false;
  #isLarge = false;
  #stop: (() => void) | undefined;
  #frame: number | undefined;
  #isGliding = false;
  #isAtRest = false;
  readonly #room = new Room(() => this.#discs(), () => this.#sigma.getDimensions(), () => this.#buttons());

  constructor(container: HTMLElement, look: Look, handlers: Handlers) {
    this.#look = look;
    this.#sigma = new Sigma<NodeLook, EdgeLook>(this.#graph, container, {
      allowInvalidContainer: true,
      zIndex: true,
      enableEdgeEvents: true,
      renderEdgeLabels: true,
      defaultEdgeType: "arrow",
      edgeProgramClasses: { hair: EdgeLineProgram, line: EdgeRectangleProgram, arrow: EdgeArrowProgram, bow: createEdgeCurveProgram<NodeLook, EdgeLook>(), bentArrow: createEdgeCurveProgram<NodeLook, EdgeLook>({ arrowHead: ARROW }) },
      labelFont: look.font,
      labelSize: LABEL_SIZE,
      labelWeight: "500",
      labelDensity: 0.9,
      labelGridCellSize: 110,
      labelRenderedSizeThreshold: 4,
      labelColor: { color: look.ink },
      edgeLabelFont: look.font,
      edgeLabelSize: 11,
      edgeLabelColor: { color: look.soft },
      stagePadding: container.clientWidth < NARROW ? 28 : 60,
      minCameraRatio: 0.05,
      maxCameraRatio: 4,
      nodeReducer: (slug, data) => this.#node(slug, data),
      edgeReducer: (id, data) => this.#edge(id, data),
      defaultDrawNodeHover: (context, data) => this.#drawHover(context, data as unknown as Drawn),
      defaultDrawNodeLabel: (context, data) => this.#drawLabel(context, data as unknown as Drawn),
    });
    this.#listen(handlers);
  }

  /** Draw *picture* with nodes in their *places*, at once; those that were there glide unless *isCalm*. */
  show(picture: Picture, places: Places, pinned: ReadonlySet<string>, attention: Attention, look: Look, isCalm: boolean): void {
    this.#halt();
    this.#isAtRest = false;
    this.#attention = attention;
    this.#take(look, isLarge(picture));
    const before = this.#graph;
    const glides = !isCalm && before.order > 0 && picture.nodes.length <= MOST_ANIMATED;
    const scale = (this.#sigma.getContainer().clientWidth < NARROW ? 0.65 : 1) * (picture.nodes.length > MANY ? 0.65 : 1);
    const targets: Record<string, { x: number; y: number }> = {};
    // A new graph is indexed once; of each change to the old one sigma would hear.
    const graph = new MultiDirectedGraph<NodeLook, EdgeLook>();
    for (const one of picture.nodes) {
      const place = places.get(one.slug);
      if (!place) continue;
      const start = glides && before.hasNode(one.slug) ? before.getNodeAttributes(one.slug) : place;
      if (start !== place) targets[one.slug] = { x: place.x, y: place.y };
      graph.addNode(one.slug, { x: start.x, y: start.y, size: sizeOf(one) * scale, color: typeColour(one.type), label: one.name, isPinned: pinned.has(one.slug) });
    }
    for (const one of picture.edges) {
      if (graph.hasNode(one.source) && graph.hasNode(one.target)) graph.addEdgeWithKey(one.id, one.source, one.target, lookOf(one, look));
    }
    this.#graph = graph;
    this.#weigh();
    this.#isGliding = glides;
    this.#sigma.setGraph(graph);
    if (glides) this.#stop = animateNodes(graph, targets, { duration: 350, easing: "quadraticInOut" }, () => (this.#isGliding = false));
  }

  attend(attention: Attention): void {
    const { selection, edge, trail } = this.#attention;
    if (selection === attention.selection && edge === attention.edge && trail === attention.trail) return;
    this.#attention = attention;
    this.#repaint();
  }

  zoom(step: 1 | -1 | 0): void {
    const camera = this.#sigma.getCamera();
    const duration = isCalmWanted() ? 1 : 200;
    if (step > 0) void camera.animatedZoom({ duration });
    else if (step < 0) void camera.animatedUnzoom({ duration });
    else void camera.animatedReset({ duration });
  }

  /** Where a node is on the page, for those who drive it from outside; undefined until what was last shown has been painted and is at rest. */
  whereIs(slug: string): { x: number; y: number } | undefined {
    const data = this.#isAtRest && this.#graph.hasNode(slug) ? this.#sigma.getNodeDisplayData(slug) : undefined;
    return data && this.#sigma.framedGraphToViewport(data);
  }

  end(): void {
    this.#halt();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#sigma.kill();
  }

  #halt(): void {
    this.#stop?.();
    this.#isGliding = false;
  }

  #listen(handlers: Handlers): void {
    const sigma = this.#sigma;
    sigma.on("beforeRender", () => this.#room.clear());
    sigma.on("afterRender", () => (this.#isAtRest = !this.#isGliding));
    let dragged = "";
    let begin = { x: 0, y: 0 };
    let isMoved = false;
    sigma.on("enterNode", ({ node }) => this.#hover(node));
    sigma.on("leaveNode", () => this.#hover(""));
    sigma.on("clickNode", ({ node }) => isMoved || handlers.select(node));
    sigma.on("clickEdge", ({ edge }) => handlers.pick(edge));
    sigma.on("doubleClickNode", (event) => {
      event.preventSigmaDefault();
      handlers.expand(event.node);
    });
    sigma.on("downNode", ({ node, event }) => {
      [dragged, begin, isMoved] = [node, { x: event.x, y: event.y }, false];
      this.#halt();
      if (!sigma.getCustomBBox()) sigma.setCustomBBox(sigma.getBBox());
    });
    sigma.on("moveBody", ({ event }) => {
      if (!dragged || !this.#graph.hasNode(dragged)) return;
      isMoved ||= Math.hypot(event.x - begin.x, event.y - begin.y) >= LEAST_DRAG;
      if (isMoved) this.#graph.mergeNodeAttributes(dragged, sigma.viewportToGraph(event));
      event.preventSigmaDefault();
      event.original.preventDefault();
      event.original.stopPropagation();
    });
    const drop = (): void => {
      if (dragged && isMoved && this.#graph.hasNode(dragged)) {
        const { x, y } = this.#graph.getNodeAttributes(dragged);
        handlers.pin(dragged, x, y);
      }
      dragged = "";
      sigma.setCustomBBox(null);
    };
    sigma.on("upNode", drop);
    sigma.on("upStage", drop);
  }

  #discs(): Disc[] {
    return this.#graph.mapNodes((slug) => {
      const data = this.#sigma.getNodeDisplayData(slug);
      return data ? { ...this.#sigma.framedGraphToViewport(data), size: this.#sigma.scaleSize(data.size) } : { x: 0, y: 0, size: 0 };
    });
  }

  /** Where the buttons for zooming lie upon the picture. */
  #buttons(): Box[] {
    const canvas = this.#sigma.getContainer();
    const box = canvas.parentElement?.querySelector(".zoom")?.getBoundingClientRect();
    const { left, top } = canvas.getBoundingClientRect();
    return box ? [{ left: box.left - left, top: box.top - top, right: box.right - left, bottom: box.bottom - top }] : [];
  }

  #hover(slug: string): void {
    this.#hovered = slug;
    this.#repaint();
  }

  /** Paint anew in the next frame; of a refresh that sigma schedules, the extent is lost until then, and whoever clicks meanwhile misses. */
  #repaint(): void {
    this.#weigh();
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#sigma.refresh();
    });
  }

  /** Take the colours of the page, and what a large picture goes without. */
  #take(look: Look, isLarge: boolean): void {
    if (look.ink !== this.#look.ink || look.soft !== this.#look.soft) {
      this.#sigma.setSettings({ labelColor: { color: look.ink }, edgeLabelColor: { color: look.soft } });
    }
    if (isLarge !== this.#isLarge) this.#sigma.setSettings({ enableEdgeEvents: !isLarge, hideEdgesOnMove: isLarge });
    [this.#look, this.#isLarge] = [look, isLarge];
  }

  /** Look at what attention means: whom it is near to, whether names of edges would cover each other, which layers are empty. */
  #weigh(): void {
    const { selection, edge, trail } = this.#attention;
    if (!this.#graph.hasNode(this.#hovered)) this.#hovered = "";
    this.#near = new Set(this.#hovered ? [this.#hovered, ...this.#graph.neighbors(this.#hovered)] : []);
    const focus = this.#hovered || (trail.size ? "" : selection);
    this.#isCrowded = this.#graph.hasNode(focus) && this.#graph.degree(focus) > MOST_NAMED;
    const { dataset } = this.#sigma.getContainer();
    dataset.hovered = String(this.#hovered !== "");
    dataset.named = String(edge !== "" || trail.size > 0 || (focus !== "" && !this.#isCrowded));
  }

  #node(slug: string, data: NodeLook): Partial<NodeLook> & Record<string, unknown> {
    const { selection, trail } = this.#attention;
    const isNear = this.#hovered ? this.#near.has(slug) : !trail.size || trail.has(slug) || slug === selection;
    if (!isNear) return { ...data, color: mixed(data.color, this.#look.paper, 0.82), label: "", zIndex: 0 };
    const isAsked = slug === selection || slug === this.#hovered || trail.has(slug) || (!!this.#hovered && this.#near.size <= 30);
    return { ...data, forceLabel: isAsked, zIndex: isAsked ? 2 : 1, isSelected: slug === selection };
  }

  #edge(id: string, data: EdgeLook): Partial<EdgeLook> & Record<string, unknown> {
    const { selection, edge, trail } = this.#attention;
    const [source, target] = this.#graph.extremities(id);
    const touches = (slug: string): boolean => !!slug && (source === slug || target === slug);
    const isTrail = trail.has(id);
    const isFocus = this.#hovered ? touches(this.#hovered) : isTrail || id === edge || (!trail.size && touches(selection));
    const isDimmed = this.#hovered ? !touches(this.#hovered) : trail.size > 0 && !isTrail;
    const type = this.#isLarge ? "hair" : data.type;
    if (isDimmed) return { ...data, type, color: mixed(this.#look.rule, this.#look.paper, 0.6), label: "", zIndex: 0 };
    if (!isFocus) return { ...data, type, label: "", color: this.#isLarge ? mixed(data.color, this.#look.paper, 0.45) : data.color };
    const label = this.#isCrowded && id !== edge ? "" : data.label;
    return { ...data, label, color: isTrail || id === edge ? this.#look.accent : this.#look.soft, size: data.size + 0.8, forceLabel: true, zIndex: 3 };
  }

  #drawLabel(context: CanvasRenderingContext2D, data: Drawn): void {
    if (data.isSelected) return this.#drawHover(context, data);
    if (!data.label) return;
    const look = this.#look;
    context.font = `500 ${LABEL_SIZE}px ${look.font}`;
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = look.paper;
    context.fillStyle = look.ink;
    const { x, y } = this.#room.place({ ...data, width: context.measureText(data.label).width, height: LABEL_SIZE });
    // A border of paper keeps names readable where edges run below them.
    context.strokeText(data.label, x, y);
    context.fillText(data.label, x, y);
    if (data.isPinned) ring(context, data, look.ink);
  }

  #drawHover(context: CanvasRenderingContext2D, data: Drawn): void {
    const look = this.#look;
    context.font = `600 ${LABEL_SIZE}px ${look.font}`;
    const width = data.label ? context.measureText(data.label).width + 14 : 0;
    const left = this.#room.place({ ...data, width, height: LABEL_SIZE * 1.7 }, true).x - 1;
    context.fillStyle = look.raised;
    context.strokeStyle = look.accent;
    context.lineWidth = 1.5;
    if (data.label) {
      context.beginPath();
      context.roundRect(left, data.y - LABEL_SIZE * 0.85, width, LABEL_SIZE * 1.7, 6);
      context.fill();
      context.stroke();
    }
    ring(context, data, look.accent);
    context.fillStyle = look.ink;
    if (data.label) context.fillText(data.label, left + 7, data.y + LABEL_SIZE / 3);
  }
}

interface Drawn {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly label: string | null;
  readonly isPinned?: boolean;
  readonly isSelected?: boolean;
}

function lookOf({ relation, inferred, bend }: Line, look: Look): EdgeLook {
  const isSymmetric = relations.value.get(relation)?.symmetric;
  return {
    size: inferred ? 0.8 : 2,
    color: mixed(look.soft, look.paper, inferred ? 0.6 : 0.4),
    label: relationLabel(relation),
    type: isSymmetric ? (bend ? "bow" : "line") : bend ? "bentArrow" : "arrow",
    curvature: bend,
  };
}

function ring(context: CanvasRenderingContext2D, { x, y, size }: Drawn, colour: string): void {
  context.beginPath();
  context.arc(x, y, size + 2, 0, Math.PI * 2);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
}

export const isCalmWanted = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

let canDrawHere: boolean | undefined;

/** Whether this browser can draw a graph. */
export function canDraw(): boolean {
  canDrawHere ??= !!document.createElement("canvas").getContext("webgl2");
  return canDrawHere;
}
