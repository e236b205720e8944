import { Select } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import styles from "./choice.module.css";
import popup from "./popup.module.css";

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, words: string])[];
  readonly onChoose: (value: Value) => void;
  readonly className?: string | undefined;
}

/** One of a few values. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, onChoose, className = "button" } = props;
  return (
    <Select.Root
      value={value}
      items={options.map(([value, label]) => ({ value, label }))}
      onValueChange={choose}
    >
      <Select.Trigger className={`${className} ${styles["trigger"]}`} aria-label={label}>
        <Select.Value />
        <ChevronDown size={14} aria-hidden />
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner sideOffset={4} alignItemWithTrigger={false} className={popup["positioner"]}>
          <Select.Popup className={`${popup["popup"]} ${styles["popup"]}`}>
            {options.map(([each, words]) => (
              <Select.Item key={each} value={each} className={`${popup["item"]} ${styles["item"]}`}>
                <Select.ItemText>{words}</Select.ItemText>
                <Select.ItemIndicator>
                  <Check size={14} aria-hidden />
                </Select.ItemIndicator>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );

  function choose(next: Value | null): void {
    if (next !== null) onChoose(next);
  }
}
