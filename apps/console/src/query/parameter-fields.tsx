import { useId } from "react";
import { Choice } from "./choice.tsx";
import styles from "./parameter-fields.module.css";
import { emptyParameter, type ParameterType, type ParameterValue, parameterTypes } from "./parameters.ts";

interface ParameterFieldsProps {
  readonly names: readonly string[];
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly onChange: (values: Readonly<Record<string, ParameterValue>>) => void;
  readonly onRun: () => void;
}

/** A field for each `:name` in the text. Enter runs the statement. */
export function ParameterFields({ names, values, onChange, onRun }: ParameterFieldsProps) {
  if (names.length === 0) return null;
  return (
    <form
      className={styles["fields"]}
      aria-label="Parameters"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      {names.map((name) => (
        <Field
          key={name}
          name={name}
          {...(values[name] ?? emptyParameter)}
          onChange={(value) => onChange({ ...values, [name]: value })}
        />
      ))}
      <button type="submit" className="visually-hidden" tabIndex={-1}>
        Run
      </button>
    </form>
  );
}

interface FieldProps extends ParameterValue {
  readonly name: string;
  readonly onChange: (value: ParameterValue) => void;
}

function Field({ name, value, type, onChange }: FieldProps) {
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
  DATE: "2024-01-31",
  TIMESTAMP: "2024-01-31T12:00:00",
  BOOLEAN: "true",
};
