import { Check, Copy, type LucideIcon, X } from "lucide-react";
import { useEffect, useState } from "react";
import { copyText } from "./copy-text.ts";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for a person who does not see the button: "the request id". */
  readonly what: string;
  readonly icon?: LucideIcon;
}

/** Copies a text, and says that it did, or that the browser does not let it. */
export function CopyButton({ text, what, icon = Copy }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return undefined;
    const timer = setTimeout(() => setState("idle"), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => setState((await copyText(text)) ? "copied" : "refused");
  const Icon = { idle: icon, copied: Check, refused: X }[state];
  const label = { idle: `Copy ${what}`, copied: "Copied", refused: "The browser does not let the page copy" }[
    state
  ];
  return (
    <button
      type="button"
      className="button quiet icon"
      onClick={() => void copy()}
      aria-label={label}
      title={label}
    >
      <Icon size={14} aria-hidden />
    </button>
  );
}
