import { Search } from "lucide-react";
import type { ComponentPropsWithRef } from "react";
import styles from "./search-field.module.css";

interface SearchFieldProps extends ComponentPropsWithRef<"input"> {
  /** For those who do not see what it stands above. */
  readonly label: string;
}

/** A field that narrows down what is shown while a person types. `className` is that of the whole. */
export function SearchField({ label, className = "", ...input }: SearchFieldProps) {
  return (
    <label className={`${styles["field"]} ${className}`}>
      <Search size={14} aria-hidden />
      <input type="search" aria-label={label} spellCheck={false} autoComplete="off" {...input} />
    </label>
  );
}
