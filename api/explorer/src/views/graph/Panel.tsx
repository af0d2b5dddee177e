// A panel that opens when something is put into it, from wherever, and closes when it is emptied; else as the reader wants.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { say } from "./texts";

interface PanelProps {
  readonly title: string;
  /** What is in it; "" for nothing. */
  readonly content: string;
  readonly empty: () => void;
  readonly children: ComponentChildren;
}

export function Panel({ title, content, empty, children }: PanelProps) {
  const panel = useRef<HTMLDetailsElement>(null);
  useLayoutEffect(() => {
    if (panel.current) panel.current.open = content !== "";
  }, [content]);
  const end = (): void => {
    // The button goes with what was in the panel, so the focus goes back to its title.
    panel.current?.querySelector("summary")?.focus();
    empty();
  };
  return (
    <details ref={panel}>
      <summary>{title}</summary>
      {children}
      {content && <button type="button" onClick={end}>{say("end")}</button>}
    </details>
  );
}
