import { useEffect, useId, useRef } from "react";
import { Choice } from "./choice.tsx";
import styles from "./parameter-fields.module.css";
import {
  emptyParameter,
  isUnfilled,
  type ParameterType,
  type ParameterValue,
  parameterTypes,
} from "./parameters.ts";

interface ParameterFieldsProps {
  readonly names: readonly string[];
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly onChange: (values: Readonly<Record<string, ParameterValue>>) => void;
  /** Those that the last attempt to run asked for. */
  readonly missing: readonly string[];
  readonly onRun: () => void;
}

/** A field for each `:name` in the text. Enter and Ctrl-Enter run the statement. */
export function ParameterFields({ names, values, onChange, missing, onRun }: ParameterFieldsProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [missing]);
  const unfilled = names.filter((name) => missing.includes(name) && isUnfilled(values[name]));
  if (names.length === 0) return null;
  return (
    <form
      ref={form}
      className={styles["fields"]}
      aria-label="Parameters"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        onRun();
      }}
    >
      {names.map((name) => (
        <Field
          key={name}
          name={name}
          {...(values[name] ?? emptyParameter)}
          isMissing={unfilled.includes(name)}
          onChange={(value) => onChange({ ...values, [name]: value })}
        />
      ))}
      <button type="submit" className="visually-hidden" tabIndex={-1}>
        Run
      </button>
      {unfilled.length > 0 && (
        <p className={styles["missing"]} role="alert">
          Fill in {unfilled.map((name) => `:${name}`).join(", ")}. For an empty text choose STRING, for none
          NULL.
        </p>
      )}
    </form>
  );
}

interface FieldProps extends ParameterValue {
  readonly name: string;
  readonly isMissing: boolean;
  readonly onChange: (value: ParameterValue) => void;
}

function Field({ name, value, type, isMissing, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className={styles["field"]}>
      <label htmlFor={id}>
        <code>:{name}</code>
      </label>
      <input
        id={id}
        value={type === "NULL" ? "" : value}
        disabled={type === "NULL"}
        aria-invalid={isMissing}
        placeholder={type === "NULL" ? "NULL" : placeholders[type]}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => onChange({ value: target.value, type })}
      />
      <Choice
        label={`Type of :${name}`}
        className={styles["type"]}
        value={type}
        options={parameterTypes.map((each) => [each, each] as const)}
        onChoose={(chosen) => onChange({ value, type: chosen })}
      />
    </div>
  );
}

const placeholders: Partial<Record<ParameterType, string>> = {
  STRING: "empty text",
  DATE: "2024-01-31",
  TIMESTAMP: "2024-01-31T12:00:00",
  BOOLEAN: "true",
};
