// Undoing and redoing what was done to a graph.  Looking at something is not doing.  Pure.
import type { View } from "./view";

export interface History {
  readonly past: readonly View[];
  readonly present: View;
  readonly future: readonly View[];
}

const MOST = 200;

export const begin = (view: View): History => ({ past: [], present: view, future: [] });

/** Note what is shown now; where nothing was done since, only where one looks. */
export function note(history: History, view: View): History {
  if (isDone(history.present, view)) return { ...history, present: view };
  const back = history.past.at(-1);
  const ahead = history.future[0];
  // The browser's own way back and ahead leads through the same views.
  if (back && isDone(back, view)) return { ...undo(history), present: view };
  if (ahead && isDone(ahead, view)) return { ...redo(history), present: view };
  return { past: [...history.past, history.present].slice(-MOST), present: view, future: [] };
}

export function undo(history: History): History {
  const before = history.past.at(-1);
  if (!before) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] };
}

export function redo(history: History): History {
  const [after, ...future] = history.future;
  return after ? { past: [...history.past, history.present], present: after, future } : history;
}

/** Return whether two views show the same graph. */
function isDone(one: View, other: View): boolean {
  return deeds(one) === deeds(other);
}

function deeds({ shown, expanded, hidden, pinned, generation, options }: View): string {
  const { from = "", to = "", find = "", compare = "", inferred = "" } = options;
  return JSON.stringify([shown, expanded, hidden, pinned, generation, from, to, find, compare, inferred]);
}
