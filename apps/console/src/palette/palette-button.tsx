import { Search } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import styles from "./palette-button.module.css";

// Few of those who open a page open it.
const CommandPalette = lazy(async () => {
  const { CommandPalette } = await import("./command-palette.tsx");
  return { default: CommandPalette };
});

/** Opens the command palette, as Ctrl-K does anywhere. */
export function PaletteButton() {
  const [open, setOpen] = useState<boolean | undefined>(undefined);
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
        <span className={styles["words"]}>Go to …</span>
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
