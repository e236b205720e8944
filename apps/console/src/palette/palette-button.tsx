import { Search } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import styles from "./palette-button.module.css";

// Few of those who open a page open it.
const load = async () => import("./command-palette.tsx");
const CommandPalette = lazy(async () => ({ default: (await load()).CommandPalette }));

/** Later than what the first page itself needs. */
const idleAfterMs = 2_000;

/** Opens the command palette, as Ctrl-K does anywhere. */
export function PaletteButton() {
  const [open, setOpen] = useState<boolean | undefined>(undefined);
  useEffect(() => {
    // What is typed after Ctrl-K must not land elsewhere while it loads.
    const whenIdle = setTimeout(() => void load(), idleAfterMs);
    return () => clearTimeout(whenIdle);
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      setOpen((before) => before !== true);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <>
      <button type="button" className={styles["button"]} onClick={() => setOpen(true)}>
        <Search size={14} aria-hidden />
        <span className={styles["words"]}>Go to…</span>
        <kbd className={styles["words"]} aria-hidden>
          Ctrl K
        </kbd>
      </button>
      {open !== undefined && (
        <Suspense>
          <CommandPalette open={open} onOpenChange={setOpen} />
        </Suspense>
      )}
    </>
  );
}
