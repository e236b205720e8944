import { Check, Minus } from "lucide-react";
import styles from "./tick-box.module.css";

/** The picture of a checkbox. What it is in says its state to those who do not see it. */
export function TickBox({ state }: { readonly state: "all" | "some" | "none" }) {
  return (
    <span className={styles["box"]} data-state={state} aria-hidden>
      {state === "all" && <Check size={12} strokeWidth={3} />}
      {state === "some" && <Minus size={12} strokeWidth={3} />}
    </span>
  );
}
