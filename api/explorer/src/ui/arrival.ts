// Where one has come to, for those who do not see it: the window takes its name from the heading, and who has followed a
// link comes to the heading.
import { useEffect, useRef } from "preact/hooks";

// Not that of what is still there while the next is on its way.
const HEADING = "main h1:not([aria-busy='true'] *)";

/** Name the window after the heading, on *site*; and when *where* changes, give that heading the focus. */
export function useArrival(where: string, site: string): void {
  useEffect(() => watched((heading) => { document.title = titleOf(heading.textContent, site); }), [site]);
  const last = useRef(where);
  useEffect(() => {
    if (last.current === where) return undefined;
    last.current = where;
    return awaited(document.activeElement);
  }, [where]);
}

const titleOf = (name: string, site: string): string => (name === site ? site : `${name} · ${site}`);

/** Give the heading the focus as soon as it is there, unless whoever reads has taken it from *before* elsewhere meanwhile. */
function awaited(before: Element | null): () => void {
  let isOver = false;
  return watched((heading) => {
    if (isOver) return;
    isOver = true;
    if (document.activeElement !== before && document.activeElement !== document.body) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });
}

/** Tell of the heading now and whenever the page changes; return how to end that. */
function watched(tell: (heading: HTMLElement) => void): () => void {
  const look = (): void => {
    const heading = document.querySelector<HTMLElement>(HEADING);
    if (heading) tell(heading);
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-busy"] });
  look();
  return () => observer.disconnect();
}
