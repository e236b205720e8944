import type { KeyboardEvent } from "react";
import type { Entry } from "./directory-query.ts";
import {
  moveTo,
  nothingSelected,
  type Selection,
  selectAll,
  selectOnly,
  selectTo,
  toggle,
} from "./selection.ts";

export interface ListActions {
  readonly open: (entry: Entry) => void;
  readonly openParent: () => void;
  readonly remove: () => void;
  readonly rename: () => void;
  /** Somebody types a name. */
  readonly filter: () => void;
}

interface ListKeys extends ListActions {
  readonly entries: readonly Entry[];
  readonly selection: Selection;
  readonly select: (selection: Selection) => void;
  /** How many rows are seen at once. */
  readonly pageRows: () => number;
}

/** The keys of a list of files, as file managers have them. */
export function useListKeys({ entries, selection, select, pageRows, ...actions }: ListKeys) {
  const names = () => entries.map(({ name }) => name);
  const index = entries.findIndex(({ name }) => name === selection.active);
  const active = entries[index];

  const go = (to: number, { shiftKey, ctrlKey, metaKey }: KeyboardEvent) => {
    const entry = entries[Math.max(0, Math.min(to, entries.length - 1))];
    if (entry === undefined) return;
    if (shiftKey) select(selectTo(selection, names(), entry.name));
    else if (ctrlKey || metaKey) select(moveTo(selection, entry.name));
    else select(selectOnly(entry.name));
  };
  const moves: Readonly<Record<string, () => number>> = {
    ArrowDown: () => index + 1,
    ArrowUp: () => index - 1,
    PageDown: () => index + pageRows(),
    PageUp: () => index - pageRows(),
    Home: () => 0,
    End: () => entries.length - 1,
  };
  const keys: Readonly<Record<string, () => void>> = {
    Enter: () => active && actions.open(active),
    " ": () => active && select(toggle(selection, active.name)),
    Backspace: actions.openParent,
    Delete: actions.remove,
    F2: actions.rename,
    Escape: () => select({ ...nothingSelected, active: selection.active }),
  };
  return (event: KeyboardEvent) => {
    // The head of the list has buttons of its own.
    if (event.target !== event.currentTarget || event.altKey) return;
    const isControl = event.ctrlKey || event.metaKey;
    const move = moves[event.key];
    const act = keys[event.key];
    if (move !== undefined) go(move(), event);
    else if (isControl && event.key.toLowerCase() === "a") select(selectAll(selection, names()));
    else if (isControl) return;
    else if (act !== undefined) act();
    else {
      // The letter goes to the field that has the focus now.
      if (event.key.length === 1) actions.filter();
      return;
    }
    event.preventDefault();
  };
}
