import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { keptText } from "../shell/kept-text.ts";
import styles from "./splitter.module.css";

const keptPercent = keptText("front-door.editor-percent");
const [leastPercent, mostPercent, stepPercent] = [12, 80, 4];
/** A narrow window is a telephone's: the result needs more of its height. */
const normalPercent = matchMedia("(max-width: 720px)").matches ? 28 : 40;

/** How much of the height above and below the line is above it, in percent. This browser keeps it. */
export function useSplit() {
  const percent = within(Number(keptPercent.use() ?? normalPercent));
  const change = (next: number) => keptPercent.set(String(within(next)));
  return [percent, change] as const;
}

interface SplitterProps {
  /** What is above the line, for a person who does not see it. */
  readonly label: string;
  readonly percent: number;
  readonly onChange: (percent: number) => void;
}

/** The line between two parts of its parent, which the pointer and the arrow keys move. A double click puts it back. */
export function Splitter({ label, percent, onChange }: SplitterProps) {
  const line = useRef<HTMLDivElement>(null);
  const follow = ({ clientY, buttons }: PointerEvent) => {
    const parent = line.current?.parentElement;
    if (parent === null || parent === undefined || buttons !== 1) return;
    const { top, height } = parent.getBoundingClientRect();
    onChange(((clientY - top) / height) * 100);
  };
  const step = (event: KeyboardEvent) => {
    const next = {
      ArrowUp: percent - stepPercent,
      ArrowDown: percent + stepPercent,
      Home: leastPercent,
      End: mostPercent,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onChange(next);
  };
  return (
    // A separator that moves is a widget, which the linter does not know.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={line}
      className={styles["splitter"]}
      role="separator"
      aria-orientation="horizontal"
      aria-label={label}
      aria-valuemin={leastPercent}
      aria-valuemax={mostPercent}
      aria-valuenow={Math.round(percent)}
      // The arrow keys move it, so it takes the focus.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onPointerDown={({ pointerId }) => line.current?.setPointerCapture(pointerId)}
      onPointerMove={follow}
      onDoubleClick={() => onChange(normalPercent)}
      onKeyDown={step}
    />
  );
}

function within(percent: number): number {
  return Math.min(mostPercent, Math.max(leastPercent, percent || normalPercent));
}
