/** Which entries of a folder are chosen, by name, and where the keyboard is. */
export interface Selection {
  readonly chosen: ReadonlySet<string>;
  readonly active: string | undefined;
  /** Where a range begins. */
  readonly anchor: string | undefined;
}

export const nothingSelected: Selection = { chosen: new Set(), active: undefined, anchor: undefined };

export function selectOnly(name: string): Selection {
  return { chosen: new Set([name]), active: name, anchor: name };
}

export function selectAll(selection: Selection, names: readonly string[]): Selection {
  return { ...selection, chosen: new Set(names) };
}

/** Chooses one more, or one less. */
export function toggle({ chosen }: Selection, name: string): Selection {
  const after = new Set(chosen);
  if (!after.delete(name)) after.add(name);
  return { chosen: after, active: name, anchor: name };
}

/** Chooses what is between the anchor and this one, in the order that is shown, and nothing else. */
export function selectTo({ anchor }: Selection, names: readonly string[], name: string): Selection {
  const [from, to] = [names.indexOf(anchor ?? name), names.indexOf(name)].toSorted((a, b) => a - b);
  // An anchor that is no longer shown begins nothing.
  if (from === undefined || to === undefined || from < 0) return selectOnly(name);
  return { chosen: new Set(names.slice(from, to + 1)), active: name, anchor: anchor ?? name };
}

/** What a click on a row chooses: it alone, with Shift a range, with Ctrl one more or one less. */
export function clicked(
  selection: Selection,
  names: readonly string[],
  name: string,
  { shiftKey, ctrlKey, metaKey }: Record<"shiftKey" | "ctrlKey" | "metaKey", boolean>,
): Selection {
  if (shiftKey) return selectTo(selection, names, name);
  return ctrlKey || metaKey ? toggle(selection, name) : selectOnly(name);
}

/** What a click on a tick box chooses: one more or one less, with Shift a range beside what is chosen already. */
export function ticked(
  selection: Selection,
  names: readonly string[],
  name: string,
  { shiftKey }: { readonly shiftKey: boolean },
): Selection {
  if (!shiftKey) return toggle(selection, name);
  const range = selectTo(selection, names, name);
  return { ...range, chosen: new Set([...selection.chosen, ...range.chosen]) };
}

/** Moves the keyboard alone. A range begins there. */
export function moveTo(selection: Selection, name: string): Selection {
  return { ...selection, active: name, anchor: name };
}
