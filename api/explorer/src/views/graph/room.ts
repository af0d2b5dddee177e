// Where names are written beside their nodes: where they cover neither other nodes nor other names.  Pure.

export interface Disc {
  readonly x: number;
  readonly y: number;
  /** Its radius in pixels. */
  readonly size: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A name to be written: of a node there, so large. */
export interface Wish extends Disc {
  readonly width: number;
  readonly height: number;
}

const GAP = 4;

/** The room that one picture has for names. */
export class Room {
  #discs: readonly Disc[] | undefined;
  #taken: readonly Box[] = [];
  #names: Box[] = [];

  /** *discs* are all nodes, *extent* is how large the picture is, *taken* what lies upon it; they are asked for when the first name comes. */
  constructor(
    readonly discs: () => readonly Disc[],
    readonly extent: () => { readonly width: number; readonly height: number },
    readonly taken: () => readonly Box[] = () => [],
  ) {}

  /** Begin a new picture. */
  clear(): void {
    this.#discs = undefined;
    this.#names = [];
  }

  /** Return where a name begins, on its base line.  One that lies *above* all else is beside its node, whatever names there are. */
  place(wish: Wish, isAbove = false): { readonly x: number; readonly y: number } {
    if (!this.#discs) [this.#discs, this.#taken] = [this.discs(), this.taken()];
    const boxes = around(wish).slice(0, isAbove ? 2 : 4);
    const inside = boxes.filter((box) => isInside(box, this.extent()));
    const costs = inside.map((box) => this.#cost(box, wish, isAbove ? this.#taken : [...this.#taken, ...this.#names]));
    const best = inside[costs.indexOf(Math.min(...costs))] ?? (boxes[0] as Box);
    this.#names.push(best);
    return { x: best.left, y: (best.top + best.bottom) / 2 + wish.height / 3 };
  }

  /** Return how much a box would cover: names and what is taken first, then nodes. */
  #cost(box: Box, own: Disc, taken: readonly Box[]): number {
    const hit = taken.filter((one) => one.left < box.right && box.left < one.right && one.top < box.bottom && box.top < one.bottom);
    const discs = (this.#discs ?? []).filter(({ x, y, size }) => {
      const [dx, dy] = [x - clamp(x, box.left, box.right), y - clamp(y, box.top, box.bottom)];
      return dx * dx + dy * dy < size * size && (x !== own.x || y !== own.y);
    });
    return 3 * hit.length + discs.length;
  }
}

/** Right of its node, left of it, below and above it. */
function around({ x, y, size, width, height }: Wish): Box[] {
  const [half, away] = [height / 2, size + GAP];
  const box = (left: number, middle: number): Box => ({ left, top: middle - half, right: left + width, bottom: middle + half });
  return [box(x + away, y), box(x - away - width, y), box(x - width / 2, y + away + half), box(x - width / 2, y - away - half)];
}

function isInside({ left, top, right, bottom }: Box, { width, height }: { readonly width: number; readonly height: number }): boolean {
  return left >= 0 && top >= 0 && right <= width && bottom <= height;
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
