// The editor as a component: it is opened once, and told what changes.
import type { Ref } from "preact";
import { useEffect, useImperativeHandle, useRef } from "preact/hooks";

import { about } from "../../api/vocabulary";
import { language, theme } from "../../state/preferences";
import { complete } from "./complete";
import { type Editor, type Mark, openEditor } from "./editor";
import { s } from "./texts";

interface FieldProps {
  /** What stands there at first; later on `Editor.setText` puts another text there. */
  readonly text: string;
  readonly marks: readonly Mark[];
  readonly change: (text: string) => void;
  readonly run: () => void;
  readonly editor: Ref<Editor>;
}

export function EditorField({ text, marks, change, run, editor }: FieldProps) {
  const host = useRef<HTMLDivElement>(null);
  const opened = useRef<Editor | undefined>(undefined);
  // What is called is what was given last, while the editor stays.
  const calls = useRef({ change, run });
  calls.current = { change, run };

  useEffect(() => {
    const one = openEditor(host.current as HTMLDivElement, {
      text: opened.current?.text() ?? text,
      label: s("editor"),
      hint: s("placeholder"),
      phrases: { Completions: s("completions") },
      prefixes: () => about.value?.prefixes ?? {},
      change: (now) => calls.current.change(now),
      run: () => calls.current.run(),
      complete,
    });
    opened.current = one;
    one.setDark(isDark());
    return () => one.close();
  }, [language.value]);

  useEffect(() => opened.current?.setMarks(marks), [marks]);
  useEffect(() => {
    const tell = (): void => opened.current?.setDark(isDark());
    const query = matchMedia("(prefers-color-scheme: dark)");
    tell();
    query.addEventListener("change", tell);
    return () => query.removeEventListener("change", tell);
  }, [theme.value, language.value]);
  useImperativeHandle(editor, () => ({
    text: () => opened.current?.text() ?? "",
    setText: (now) => opened.current?.setText(now),
    setMarks: (now) => opened.current?.setMarks(now),
    setDark: (now) => opened.current?.setDark(now),
    replace: (from, to, now) => opened.current?.replace(from, to, now),
    goTo: (position) => opened.current?.goTo(position),
    close: () => opened.current?.close(),
  }), []);

  return <div class="editor" ref={host} />;
}

function isDark(): boolean {
  return getComputedStyle(document.documentElement).colorScheme === "dark";
}
