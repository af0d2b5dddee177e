// The editor: CodeMirror in a shadow root, where its styles need no exception from the policy of the page.
import { autocompletion, closeBrackets, closeBracketsKeymap, type Completion, completionKeymap, type CompletionContext, type CompletionResult, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";

import type { Offer } from "./completion";
import { declared, tokens } from "./tokens";

/** Something that is marked in the text. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly isError: boolean;
  readonly message: string;
  readonly suggestions: readonly string[];
}

export interface Offered {
  readonly from: number;
  readonly offers: readonly Offer[];
  /** Whether these fit already and are in order, and are asked for again with each letter. */
  readonly isFound: boolean;
}

export interface Wishes {
  readonly text: string;
  readonly label: string;
  readonly hint: string;
  readonly phrases: Readonly<Record<string, string>>;
  readonly prefixes: () => Readonly<Record<string, string>>;
  readonly change: (text: string) => void;
  readonly run: () => void;
  readonly complete: (text: string, position: number, signal: AbortSignal) => Promise<Offered | undefined>;
}

export interface Editor {
  readonly text: () => string;
  readonly setText: (text: string) => void;
  readonly setMarks: (marks: readonly Mark[]) => void;
  readonly setDark: (isDark: boolean) => void;
  /** Put *text* in place of what stands there, and go on behind it. */
  readonly replace: (from: number, to: number, text: string) => void;
  readonly goTo: (position: number) => void;
  readonly close: () => void;
}

const LOOK = {
  "&": { color: "var(--ink)", backgroundColor: "var(--raised)", fontSize: "0.92rem", borderRadius: "8px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "11rem", maxHeight: "50vh" },
  ".cm-content": { caretColor: "var(--accent)", padding: "0.6rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--soft)", border: "none" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { background: "color-mix(in srgb, var(--accent) 25%, transparent) !important" },
  ".cm-placeholder": { color: "var(--soft)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-soft)" },
  ".cm-lintRange": { backgroundImage: "none !important", paddingBottom: "0" },
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "3px", backgroundColor: "var(--bad-soft)" },
  ".cm-lintRange-warning": { textDecoration: "underline wavy var(--warn)", textUnderlineOffset: "3px" },
  ".cm-lintPoint::after": { borderBottomColor: "var(--bad)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--rule)", borderRadius: "8px", boxShadow: "var(--shadow)", fontFamily: "var(--sans)", maxWidth: "min(34rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "0.85rem", maxHeight: "15rem", maxWidth: "min(34rem, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", gap: "1rem", justifyContent: "space-between", padding: "0.2rem 0.6rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700", color: "var(--accent)" },
  ".cm-completionDetail": { fontFamily: "var(--sans)", fontStyle: "normal", color: "var(--soft)", overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-completionInfo": { padding: "0.5rem 0.7rem", maxWidth: "18rem", fontSize: "0.85rem" },
  ".cm-diagnostic": { borderLeft: "none", padding: "0.4rem 0.7rem", fontSize: "0.85rem" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--raised)", fontSize: "0.85rem" },
};

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: tags.standard(tags.variableName), color: "var(--code-keyword)" },
  { tag: [tags.local(tags.variableName), tags.special(tags.variableName)], color: "var(--code-variable)" },
  { tag: tags.atom, color: "var(--code-name)" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--code-text)" },
  { tag: [tags.comment, tags.meta], color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.operator, color: "var(--soft)" },
]);

/** Put an editor into *host*. */
export function openEditor(host: HTMLElement, wishes: Wishes): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren();
  const shade = new Compartment();
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: wishes.text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        StreamLanguage.define(sparql),
        syntaxHighlighting(COLOURS),
        autocompletion({ override: [(context) => completed(context, wishes)], icons: false, maxRenderedOptions: 60 }),
        keymap.of([
          { key: "Mod-Enter", run: () => (wishes.run(), true), preventDefault: true },
          ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap,
        ]),
        EditorView.lineWrapping,
        EditorView.theme(LOOK),
        shade.of([]),
        placeholder(wishes.hint),
        EditorState.phrases.of(wishes.phrases),
        EditorView.contentAttributes.of({ "aria-label": wishes.label, spellcheck: "false", autocapitalize: "off", autocorrect: "off" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) wishes.change(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    setText: (text) => {
      if (text !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    setMarks: (marks) => view.dispatch(setDiagnostics(view.state, marks.map((one) => diagnostic(one, view.state.doc.length)))),
    setDark: (isDark) => view.dispatch({ effects: shade.reconfigure(EditorView.theme({}, { dark: isDark })) }),
    replace: (from, to, text) => {
      view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: "input" });
      view.focus();
    },
    goTo: (position) => {
      view.dispatch({ selection: { anchor: Math.min(position, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

function diagnostic(mark: Mark, length: number): Diagnostic {
  return {
    from: Math.min(mark.from, length),
    to: Math.min(mark.to, length),
    severity: mark.isError ? "error" : "warning",
    message: mark.message,
    actions: mark.suggestions.map((name) => ({
      name,
      apply: (view, from, to) => view.dispatch({ changes: { from, to, insert: name }, userEvent: "input" }),
    })),
  };
}

async function completed(context: CompletionContext, wishes: Wishes): Promise<CompletionResult | null> {
  const before = context.state.doc.sliceString(Math.max(0, context.pos - 1), context.pos);
  if (!context.explicit && !/[\w:?$.\-]/.test(before)) return null;
  const controller = new AbortController();
  context.addEventListener("abort", () => controller.abort());
  const found = await wishes.complete(context.state.doc.toString(), context.pos, controller.signal).catch(() => undefined);
  if (!found?.offers.length) return null;
  const options = found.offers.map((one) => option(one, wishes));
  return found.isFound ? { from: found.from, options, filter: false } : { from: found.from, options, validFor: (text) => /^[\w:.\-?$]*$/.test(text) && !text.startsWith("id:") };
}

function option(offer: Offer, wishes: Wishes): Completion {
  const written = offer.apply ?? offer.label;
  return {
    label: offer.label,
    type: offer.kind,
    boost: offer.boost ?? 0,
    ...(offer.detail && { detail: offer.detail }),
    ...(offer.info && { info: offer.info }),
    apply: (view, _completion, from, to) => {
      const declaration = missingPrefix(view.state.doc.toString(), written, wishes.prefixes());
      view.dispatch({
        changes: [...(declaration ? [{ from: 0, insert: declaration }] : []), { from, to, insert: written }],
        selection: { anchor: from + declaration.length + written.length },
        userEvent: "input.complete",
      });
      if (offer.kind === "prefix") startCompletion(view);
    },
  };
}

/** Return the line that declares the prefix of a name, where the query declares others: this service needs none. */
export function missingPrefix(text: string, name: string, known: Readonly<Record<string, string>>): string {
  const own = declared(tokens(text));
  const prefix = name.slice(0, Math.max(0, name.indexOf(":")));
  const namespace = known[prefix];
  return own.size > 0 && namespace !== undefined && !name.startsWith("<") && !own.has(prefix) ? `PREFIX ${prefix}: <${namespace}>\n` : "";
}
