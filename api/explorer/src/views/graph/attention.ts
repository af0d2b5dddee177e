// What is looked at, as the canvas and the pictures that are taken along have it.

/** What is looked at: the rest is dimmed where there is a *trail*, and on the canvas where the pointer is on something. */
export interface Attention {
  readonly selection: string;
  readonly edge: string;
  /** Nodes and edges of a path or comparison; empty where there is none. */
  readonly trail: ReadonlySet<string>;
}
