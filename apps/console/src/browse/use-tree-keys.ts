import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { isItem, type TreeItem, type TreeRow } from "./tree-rows.ts";

interface TreeKeys {
  readonly rows: readonly TreeRow[];
  /** The row of the open page. */
  readonly current: string;
  readonly goTo: (item: TreeItem) => void;
  readonly toggle: (item: TreeItem, isOpen: boolean) => void;
}

/** Letters that follow each other within this time are one name. */
const typeAheadMs = 700;

/** The keys of a tree, as the ARIA practices have them: arrows, Home, End, Enter, and the first letters of a name. */
export function useTreeKeys({ rows, current, goTo, toggle }: TreeKeys) {
  const [active, setActive] = useState<string | undefined>(undefined);
  const typed = useTypedText();
  useEffect(() => setActive(current), [current]);
  const items = rows.filter(isItem);
  const index = items.findIndex(({ id }) => id === active);
  const item = items[index];
  const moveTo = (to: number) => setActive(items[Math.max(0, Math.min(to, items.length - 1))]?.id);

  const close = () => {
    if (item?.isOpen === true) toggle(item, false);
    else moveTo(items.findLastIndex((each, at) => at < index && each.level < (item?.level ?? 0)));
  };
  const open = () => {
    if (item?.isOpen === false) toggle(item, true);
    else if (item?.isOpen === true && (items[index + 1]?.level ?? 0) > item.level) moveTo(index + 1);
  };
  const choose = () => {
    if (item === undefined) return;
    goTo(item);
    if (item.isOpen === false) toggle(item, true);
  };
  const typeAhead = (letter: string) => {
    const text = typed.add(letter);
    // A first letter goes on to the next such name; more of them stay where they fit.
    const from = text.length === 1 ? index + 1 : Math.max(0, index);
    const found = [...items.slice(from), ...items.slice(0, from)].find(({ name }) =>
      name.toLowerCase().startsWith(text),
    );
    if (found !== undefined) setActive(found.id);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => moveTo(index + 1),
    ArrowUp: () => moveTo(index - 1),
    Home: () => moveTo(0),
    End: () => moveTo(items.length - 1),
    ArrowRight: open,
    ArrowLeft: close,
    Enter: choose,
    " ": choose,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (act === undefined && event.key.length > 1) return;
    event.preventDefault();
    if (act === undefined) return typeAhead(event.key);
    typed.end();
    act();
  };
  return { active, setActive, onKeyDown };
}

/** What is typed letter by letter, in small letters. */
function useTypedText() {
  const typed = useRef({ text: "", at: 0 });
  return {
    add: (letter: string): string => {
      const now = performance.now();
      const text = (now - typed.current.at < typeAheadMs ? typed.current.text : "") + letter.toLowerCase();
      typed.current = { text, at: now };
      return text;
    },
    end: () => {
      typed.current = { text: "", at: 0 };
    },
  };
}
