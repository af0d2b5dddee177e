// The canvas: sigma, told what to draw and what is looked at.  It decides nothing about what is shown.
import { createEdgeCurveProgram } from "@sigma/edge-curve";
import { MultiDirectedGraph } from "graphology";
import Sigma from "sigma";
import { EdgeArrowProgram, EdgeRectangleProgram } from "sigma/rendering";
import { animateNodes } from "sigma/utils";

import { relationLabel, relations } from "../../api/vocabulary";
import { type Picture, sizeOf } from "../../state/graphPicture";
import type { Places } from "../../state/graphPlaces";
import { type Look, mixed, nodeColour } from "./look";

export interface Handlers {
  readonly select: (slug: string) => void;
  readonly expand: (slug: string) => void;
  readonly pick: (edge: string) => void;
  readonly pin: (slug: string, x: number, y: number) => void;
}

/** What is looked at: the rest is dimmed where there is a *trail*, or where the pointer is on something. */
export interface Attention {
  readonly selection: string;
  readonly edge: string;
  /** Nodes and edges of a path or comparison; empty where there is none. */
  readonly trail: ReadonlySet<string>;
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
const MOST_CLICKED = 1200;
const NARROW = 500;
const LABEL_SIZE = 13;
const ARROW = { extremity: "target", lengthToThicknessRatio: 2.5, widenessToThicknessRatio: 2 } as const;

export class Drawing {
  readonly #graph = new MultiDirectedGraph<NodeLook, EdgeLook>();
  readonly #sigma: Sigma<NodeLook, EdgeLook>;
  #look: Look;
  #attention: Attention = { selection: "", edge: "", trail: new Set() };
  #hovered = "";
  #near = new Set<string>();
  #isCrowded = false;
  #stop: (() => void) | undefined;

  constructor(container: HTMLElement, look: Look, handlers: Handlers) {
    this.#look = look;
    this.#sigma = new Sigma<NodeLook, EdgeLook>(this.#graph, container, {
      allowInvalidContainer: true,
      zIndex: true,
      enableEdgeEvents: true,
      renderEdgeLabels: true,
      defaultEdgeType: "arrow",
      edgeProgramClasses: { line: EdgeRectangleProgram, arrow: EdgeArrowProgram, bow: createEdgeCurveProgram<NodeLook, EdgeLook>(), bentArrow: createEdgeCurveProgram<NodeLook, EdgeLook>({ arrowHead: ARROW }) },
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

  /** Draw *picture* with nodes in their *places*; they glide there unless *isCalm*. */
  show(picture: Picture, places: Places, pinned: ReadonlySet<string>, look: Look, isCalm: boolean): void {
    this.#look = look;
    this.#stop?.();
    this.#sigma.setSetting("labelColor", { color: look.ink });
    this.#sigma.setSetting("edgeLabelColor", { color: look.soft });
    const nodes = picture.nodes.filter((one) => places.has(one.slug));
    const wanted = new Set(nodes.map((one) => one.slug));
    const graph = this.#graph;
    const isFirst = graph.order === 0;
    const scale = this.#sigma.getContainer().clientWidth < NARROW ? 0.65 : 1;
    // Edges that can be clicked are painted twice, so of very many there are none.
    const isLarge = picture.edges.length > MOST_CLICKED;
    this.#sigma.setSetting("enableEdgeEvents", !isLarge);
    this.#sigma.setSetting("hideEdgesOnMove", isLarge);
    graph.clearEdges();
    graph.filterNodes((slug) => !wanted.has(slug)).forEach((slug) => graph.dropNode(slug));
    const targets: Record<string, { x: number; y: number }> = {};
    for (const one of nodes) {
      const place = places.get(one.slug) as { x: number; y: number };
      const fixed = { size: sizeOf(one) * scale, color: nodeColour(one.type, look), label: one.name, isPinned: pinned.has(one.slug) };
      if (graph.hasNode(one.slug)) {
        graph.mergeNodeAttributes(one.slug, fixed);
        targets[one.slug] = { ...place };
      } else graph.addNode(one.slug, { ...place, ...fixed });
    }
    for (const one of picture.edges) {
      if (!wanted.has(one.source) || !wanted.has(one.target)) continue;
      const isBent = one.bend !== 0;
      const type = relations.value.get(one.relation)?.symmetric ? (isBent ? "bow" : "line") : isBent ? "bentArrow" : "arrow";
      graph.addEdgeWithKey(one.id, one.source, one.target, {
        size: one.inferred ? 0.8 : 2,
        color: mixed(look.soft, look.paper, one.inferred ? 0.6 : 0.4),
        label: relationLabel(one.relation),
        type,
        curvature: one.bend,
      });
    }
    if (isCalm || isFirst || nodes.length > MOST_ANIMATED) for (const [slug, place] of Object.entries(targets)) graph.mergeNodeAttributes(slug, place);
    else this.#stop = animateNodes(graph, targets, { duration: 350, easing: "quadraticInOut" });
    this.#sigma.refresh({ schedule: true });
  }

  attend(attention: Attention): void {
    this.#attention = attention;
    this.#weigh();
    this.#sigma.refresh({ skipIndexation: true, schedule: true });
  }

  zoom(step: 1 | -1 | 0): void {
    const camera = this.#sigma.getCamera();
    const duration = isCalmWanted() ? 1 : 200;
    if (step > 0) void camera.animatedZoom({ duration });
    else if (step < 0) void camera.animatedUnzoom({ duration });
    else void camera.animatedReset({ duration });
  }

  /** Where a node is on the page, for those who drive it from outside. */
  whereIs(slug: string): { x: number; y: number } | undefined {
    const data = this.#graph.hasNode(slug) ? this.#sigma.getNodeDisplayData(slug) : undefined;
    return data && this.#sigma.framedGraphToViewport(data);
  }

  end(): void {
    this.#stop?.();
    this.#sigma.kill();
  }

  #listen(handlers: Handlers): void {
    const sigma = this.#sigma;
    let dragged = "";
    let isMoved = false;
    sigma.on("enterNode", ({ node }) => this.#hover(node));
    sigma.on("leaveNode", () => this.#hover(""));
    sigma.on("clickNode", ({ node }) => isMoved || handlers.select(node));
    sigma.on("clickEdge", ({ edge }) => handlers.pick(edge));
    sigma.on("doubleClickNode", (event) => {
      event.preventSigmaDefault();
      handlers.expand(event.node);
    });
    sigma.on("downNode", ({ node }) => {
      [dragged, isMoved] = [node, false];
      this.#stop?.();
      if (!sigma.getCustomBBox()) sigma.setCustomBBox(sigma.getBBox());
    });
    sigma.on("moveBody", ({ event }) => {
      if (!dragged || !this.#graph.hasNode(dragged)) return;
      isMoved = true;
      this.#graph.mergeNodeAttributes(dragged, sigma.viewportToGraph(event));
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

  #hover(slug: string): void {
    this.#hovered = slug;
    this.#near = new Set(slug ? [slug, ...this.#graph.neighbors(slug)] : []);
    this.#weigh();
    this.#sigma.refresh({ skipIndexation: true, schedule: true });
  }

  /** Of a node with very many edges their names would cover each other. */
  #weigh(): void {
    const { selection, trail } = this.#attention;
    const focus = this.#hovered || (trail.size ? "" : selection);
    this.#isCrowded = this.#graph.hasNode(focus) && this.#graph.degree(focus) > MOST_NAMED;
  }

  #node(slug: string, data: NodeLook): Partial<NodeLook> & Record<string, unknown> {
    const { selection, trail } = this.#attention;
    const isNear = this.#hovered ? this.#near.has(slug) : !trail.size || trail.has(slug) || slug === selection;
    if (!isNear) return { ...data, color: mixed(data.color, this.#look.paper, 0.82), label: "", zIndex: 0 };
    const isAsked = slug === selection || slug === this.#hovered || trail.has(slug) || (!!this.#hovered && this.#near.size <= 30);
    return { ...data, forceLabel: isAsked, zIndex: isAsked ? 2 : 1, highlighted: slug === selection };
  }

  #edge(id: string, data: EdgeLook): Partial<EdgeLook> & Record<string, unknown> {
    const { selection, edge, trail } = this.#attention;
    const [source, target] = this.#graph.extremities(id);
    const touches = (slug: string): boolean => !!slug && (source === slug || target === slug);
    const isTrail = trail.has(id);
    const isFocus = this.#hovered ? touches(this.#hovered) : isTrail || id === edge || (!trail.size && touches(selection));
    const isDimmed = this.#hovered ? !touches(this.#hovered) : trail.size > 0 && !isTrail;
    if (isDimmed) return { ...data, color: mixed(this.#look.rule, this.#look.paper, 0.6), label: "", zIndex: 0 };
    if (!isFocus) return { ...data, label: "" };
    const label = this.#isCrowded && id !== edge ? "" : data.label;
    return { ...data, label, color: isTrail || id === edge ? this.#look.accent : this.#look.soft, size: data.size + 0.8, forceLabel: true, zIndex: 3 };
  }

  #drawLabel(context: CanvasRenderingContext2D, data: Drawn): void {
    if (!data.label) return;
    const look = this.#look;
    context.font = `500 ${LABEL_SIZE}px ${look.font}`;
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = look.paper;
    context.fillStyle = look.ink;
    const [x, y] = [besides(context, data, 4, context.measureText(data.label).width), data.y + LABEL_SIZE / 3];
    // A border of paper keeps names readable where edges run below them.
    context.strokeText(data.label, x, y);
    context.fillText(data.label, x, y);
    if (data.isPinned) ring(context, data, look.ink);
  }

  #drawHover(context: CanvasRenderingContext2D, data: Drawn): void {
    const look = this.#look;
    context.font = `600 ${LABEL_SIZE}px ${look.font}`;
    const width = data.label ? context.measureText(data.label).width + 14 : 0;
    const left = besides(context, data, 3, width);
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
}

/** Return where a label begins: right of its node, or left of it where it would leave the canvas. */
function besides(context: CanvasRenderingContext2D, { x, size }: Drawn, gap: number, width: number): number {
  const right = x + size + gap;
  const isOut = right + width > context.canvas.clientWidth && x - size - gap - width > 0;
  return isOut ? x - size - gap - width : right;
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
