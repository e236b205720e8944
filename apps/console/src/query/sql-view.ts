import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { keywordCompletionSource, sql as sqlLanguage } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState, type Extension, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { onPersonChange } from "../shell/credential.ts";
import { unseen } from "../shell/shown-name.ts";
import { completeNames } from "./complete-names.ts";
import { databricksDialect } from "./databricks-dialect.ts";
import { editorTheme } from "./editor-theme.ts";
import type { ErrorRange } from "./error-position.ts";
import { exceptParameters } from "./except-parameters.ts";

export interface EditorHandlers {
  readonly onChange: (text: string) => void;
  /** Ctrl-Enter, or Cmd-Enter on a Mac. */
  readonly onRun: () => void;
  /** The selection, or the place of the cursor. */
  readonly onSelect: (selection: { readonly from: number; readonly to: number }) => void;
}

/** The editor that a person sees. */
export interface SqlView {
  readonly text: () => string;
  readonly selection: () => { readonly from: number; readonly to: number };
  /** Replaces the text, unless it is the same. */
  readonly setText: (text: string) => void;
  /** Underlines the range, and shows it with the message. Without one nothing is underlined. */
  readonly showError: (error?: ErrorRange & { readonly message: string }) => void;
  readonly focus: () => void;
  readonly close: () => void;
}

/** The states of the tabs that are not in front, with what can be undone. */
const kept = new Map<string, EditorState>();
/** A state that was kept calls the handlers of the component that shows it now. */
const handlersOf = new Map<string, EditorHandlers>();
// The editor in front keeps its state when it goes.
onPersonChange(() => setTimeout(() => kept.clear()));
/** Marks what did not come from the person. */
const fromPage = Annotation.define<boolean>();

/** Makes the editor in the element. In a shadow root, the policy of the page lets its style sheets in. */
export function createSqlView(host: HTMLElement, tabId: string, handlers: EditorHandlers): SqlView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  handlersOf.set(tabId, handlers);
  const state = kept.get(tabId) ?? EditorState.create({ extensions: extensionsOf(tabId) });
  const view = new EditorView({ state, root, parent: root });
  const length = () => view.state.doc.length;
  return {
    text: () => view.state.doc.toString(),
    selection: () => view.state.selection.main,
    setText: (text) => {
      if (text === view.state.doc.toString()) return;
      view.dispatch({
        changes: { from: 0, to: length(), insert: text },
        annotations: fromPage.of(true),
      });
    },
    showError: (error) => {
      if (error === undefined) return view.dispatch(setDiagnostics(view.state, []));
      const from = Math.min(error.from, length());
      const to = Math.min(error.to, length());
      view.dispatch(setDiagnostics(view.state, [{ from, to, severity: "error", message: error.message }]), {
        effects: EditorView.scrollIntoView(from, { y: "nearest" }),
      });
    },
    focus: () => view.focus(),
    close: () => {
      kept.set(tabId, view.state);
      view.destroy();
    },
  };
}

/** Forgets what a tab that was closed had. */
export function forgetSqlView(tabId: string): void {
  kept.delete(tabId);
  handlersOf.delete(tabId);
}

/**
 * Replaces a selection without the browser, which would keep the look of what it replaces in a style attribute: the policy of
 * the page refuses that, and says so in the log.
 */
const replaceSelection = EditorView.domEventHandlers({
  beforeinput: ({ inputType, data }, view) => {
    const { from, to, empty } = view.state.selection.main;
    if (inputType !== "insertText" || data === null || empty || view.composing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type" });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, data, insert))) view.dispatch(insert());
    return true;
  },
});

function extensionsOf(tabId: string): Extension {
  const run = (view: EditorView) => {
    closeCompletion(view);
    handlersOf.get(tabId)?.onRun();
    return true;
  };
  const language = sqlLanguage({ dialect: databricksDialect, upperCaseKeywords: true });
  return [
    Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars({ addSpecialChars: unseen }),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    replaceSelection,
    language.language,
    autocompletion({
      override: [completeNames, keywordCompletionSource(databricksDialect, true)].map(exceptParameters),
      icons: false,
    }),
    EditorView.lineWrapping,
    placeholder("SELECT …"),
    editorTheme,
    EditorView.contentAttributes.of({ "aria-label": "SQL", spellcheck: "false" }),
    EditorView.updateListener.of(({ docChanged, selectionSet, transactions, state }) => {
      if (docChanged || selectionSet) handlersOf.get(tabId)?.onSelect(state.selection.main);
      if (docChanged && !transactions.some((each) => each.annotation(fromPage))) {
        handlersOf.get(tabId)?.onChange(state.doc.toString());
      }
    }),
    keymap.of([
      // Only while completions are shown: otherwise Tab leaves the editor, as it leaves every field.
      { key: "Tab", run: acceptCompletion },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...lintKeymap,
    ]),
  ];
}
