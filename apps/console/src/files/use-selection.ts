import { useState } from "react";
import { isWithin } from "./file-path.ts";
import { nothingSelected, type Selection, selectOnly } from "./selection.ts";

/** The selection of a folder. Another folder has nothing selected, but for the one that was left upwards. */
export function useSelection(path: string) {
  const [state, setState] = useState({ path, selection: nothingSelected });
  const current = state.path === path ? state : { path, selection: afterLeaving(state.path, path) };
  if (current !== state) setState(current);
  const select = (selection: Selection) => setState({ path, selection });
  return [current.selection, select] as const;
}

function afterLeaving(left: string, path: string): Selection {
  if (!isWithin(left, path)) return nothingSelected;
  const [name = ""] = left.slice(path.length + 1).split("/");
  return { ...selectOnly(name), chosen: new Set() };
}
