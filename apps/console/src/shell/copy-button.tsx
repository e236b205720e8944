import { Check, Copy, type LucideIcon } from "lucide-react";
import { useEffect, useState } from "react";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for a person who does not see the button: "the request id". */
  readonly what: string;
  readonly icon?: LucideIcon;
}

/** Copies a text, and says that it did. */
export function CopyButton({ text, what, icon = Copy }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  const Icon = copied ? Check : icon;
  return (
    <button
      type="button"
      className="button quiet icon"
      onClick={() => void copy()}
      aria-label={copied ? "Copied" : `Copy ${what}`}
      title={copied ? "Copied" : `Copy ${what}`}
    >
      <Icon size={14} aria-hidden />
    </button>
  );
}
