// What an answer connects, as nodes and edges, and where they are put.  Pure.

export interface Node {
  readonly id: string;
  readonly label: string;
  readonly iri: string;
  readonly type: string;
  readonly colour: string;
}

export interface Edge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly label: string;
  readonly sentence: string;
  readonly sources: string;
  readonly isInferred: boolean;
}

export interface Network {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export const MOST_NODES = 120;

/** Read the node-link JSON of the service. */
export function readNetwork(found: unknown): Network {
  const { nodes = [], links = [] } = found as { nodes?: Record<string, unknown>[]; links?: Record<string, unknown>[] };
  return {
    nodes: nodes.map((one) => ({ id: text(one.id), label: text(one.label) || text(one.id), iri: text(one.iri), type: text(one.type_label), colour: text(one.colour) || "#6b7280" })),
    edges: links.map((one) => ({
      id: text(one.id), source: text(one.source), target: text(one.target), label: text(one.label), sentence: text(one.sentence), sources: text(one.sources), isInferred: one.inferred === true,
    })),
  };
}

/** Return the part that can be drawn: the nodes with most edges, and the edges between them. */
export function drawable(network: Network, most = MOST_NODES): Network {
  if (network.nodes.length <= most) return network;
  const degrees = new Map<string, number>();
  for (const edge of network.edges) for (const end of [edge.source, edge.target]) degrees.set(end, (degrees.get(end) ?? 0) + 1);
  const nodes = [...network.nodes].sort((one, other) => (degrees.get(other.id) ?? 0) - (degrees.get(one.id) ?? 0)).slice(0, most);
  const kept = new Set(nodes.map((one) => one.id));
  return { nodes, edges: network.edges.filter((one) => kept.has(one.source) && kept.has(one.target)) };
}

/** Put nodes where edges are short and nothing lies on another: the same network always looks the same. */
export function layout(network: Network, steps = 260): ReadonlyMap<string, Place> {
  const { nodes, edges } = network;
  const count = nodes.length;
  const at = new Map(nodes.map((one, place) => [one.id, place]));
  const x = nodes.map((_, place) => Math.cos(place * 2.399963) * Math.sqrt(place + 0.5));
  const y = nodes.map((_, place) => Math.sin(place * 2.399963) * Math.sqrt(place + 0.5));
  const links = edges.flatMap((one) => {
    const [from, to] = [at.get(one.source), at.get(one.target)];
    return from === undefined || to === undefined || from === to ? [] : [[from, to] as const];
  });
  for (let step = 0; step < steps; step += 1) {
    const reach = 0.9 * (1 - step / steps) + 0.02;
    const [pushX, pushY] = [new Float64Array(count), new Float64Array(count)];
    const move = (one: number, dx: number, dy: number): void => {
      pushX[one] = (pushX[one] ?? 0) + dx;
      pushY[one] = (pushY[one] ?? 0) + dy;
    };
    for (let one = 0; one < count; one += 1) {
      for (let other = one + 1; other < count; other += 1) {
        const [dx, dy] = [(x[one] ?? 0) - (x[other] ?? 0), (y[one] ?? 0) - (y[other] ?? 0)];
        const square = dx * dx + dy * dy || 1e-4;
        move(one, dx / square, dy / square);
        move(other, -dx / square, -dy / square);
      }
      move(one, -0.2 * (x[one] ?? 0), -0.2 * (y[one] ?? 0));
    }
    for (const [from, to] of links) {
      const [dx, dy] = [(x[to] ?? 0) - (x[from] ?? 0), (y[to] ?? 0) - (y[from] ?? 0)];
      const pull = Math.hypot(dx, dy) * 0.03;
      move(from, dx * pull, dy * pull);
      move(to, -dx * pull, -dy * pull);
    }
    for (let one = 0; one < count; one += 1) {
      const [dx, dy] = [pushX[one] ?? 0, pushY[one] ?? 0];
      const length = Math.hypot(dx, dy) || 1;
      x[one] = (x[one] ?? 0) + (dx / length) * Math.min(length, reach);
      y[one] = (y[one] ?? 0) + (dy / length) * Math.min(length, reach);
    }
  }
  return new Map(nodes.map((one, place) => [one.id, { x: x[place] ?? 0, y: y[place] ?? 0 }]));
}

/** Return how places are moved and stretched so that they fill a field of that size, with a margin for labels. */
export function fitted(places: ReadonlyMap<string, Place>, width: number, height: number, margin: number): ReadonlyMap<string, Place> {
  const all = [...places.values()];
  const [left, right] = [Math.min(...all.map((one) => one.x)), Math.max(...all.map((one) => one.x))];
  const [low, high] = [Math.min(...all.map((one) => one.y)), Math.max(...all.map((one) => one.y))];
  const along = (value: number, from: number, to: number, size: number): number => (to - from < 1e-6 ? size / 2 : margin + ((value - from) / (to - from)) * (size - 2 * margin));
  return new Map([...places].map(([id, one]) => [id, { x: along(one.x, left, right, width), y: along(one.y, low, high, height) }]));
}

const text = (value: unknown): string => (typeof value === "string" ? value : value === undefined || value === null ? "" : String(value));
