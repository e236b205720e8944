import { Popover } from "@base-ui/react/popover";
import { ListFilter, Plus, X } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { SearchField } from "../shell/search-field.tsx";
import type { ResultColumn } from "./arrow-rows.ts";
import { Choice } from "./choice.tsx";
import styles from "./filter-field.module.css";
import { type ColumnTest, comparisonsOf, isComplete, needsValue, type RowFilter } from "./row-filter.ts";

interface FilterFieldProps {
  readonly columns: readonly ResultColumn[];
  readonly onFilter: (filter: RowFilter) => void;
}

/** A person types faster than a million rows are looked at. */
const restMs = 200;

/** Which rows are shown: a text in any column, and tests of single columns. */
export function FilterField({ columns, onFilter }: FilterFieldProps) {
  const [text, setText] = useState("");
  const [tests, setTests] = useState<readonly ColumnTest[]>([]);
  const complete = tests.filter((test) => isComplete(test, columns[test.column]?.type ?? ""));
  useEffect(() => {
    const timer = setTimeout(() => onFilter({ text: text.trim(), tests: complete }), restMs);
    return () => clearTimeout(timer);
    // `complete` follows from the others.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [text, tests, onFilter]);
  return (
    <div className={styles["filter"]}>
      <SearchField
        className={styles["search"] ?? ""}
        label="Filter rows"
        placeholder="Filter rows"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <Popover.Root>
        <Popover.Trigger className="button quiet">
          <ListFilter size={16} aria-hidden />
          {complete.length === 0 ? "Columns" : `Columns (${complete.length})`}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner sideOffset={4} align="end" className={styles["positioner"]}>
            <Popover.Popup className={styles["popup"]}>
              <Popover.Title render={<h2 />}>Rows that pass all of these</Popover.Title>
              <Tests columns={columns} tests={tests} onChange={setTests} />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}

interface TestsProps {
  readonly columns: readonly ResultColumn[];
  readonly tests: readonly ColumnTest[];
  readonly onChange: (tests: readonly ColumnTest[]) => void;
}

function Tests({ columns, tests, onChange }: TestsProps) {
  const add = () => onChange([...tests, testOf(0, columns)]);
  return (
    <>
      {tests.length > 0 && (
        <ul className={styles["tests"]}>
          {tests.map((test, index) => (
            // A test has no name of its own, and nothing reorders them.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>
              <Test
                columns={columns}
                test={test}
                onChange={(changed) => onChange(tests.with(index, changed))}
                onRemove={() => onChange(tests.toSpliced(index, 1))}
              />
            </li>
          ))}
        </ul>
      )}
      <button type="button" className="button quiet" onClick={add}>
        <Plus size={16} aria-hidden />
        Add a condition
      </button>
    </>
  );
}

interface TestProps {
  readonly columns: readonly ResultColumn[];
  readonly test: ColumnTest;
  readonly onChange: (test: ColumnTest) => void;
  readonly onRemove: () => void;
}

function Test({ columns, test, onChange, onRemove }: TestProps) {
  const id = useId();
  const type = columns[test.column]?.type ?? "";
  const isWrong = test.value !== "" && !isComplete(test, type);
  return (
    <div className={styles["test"]} role="group" aria-label={`Condition for ${columns[test.column]?.name}`}>
      <Choice
        label="Column"
        value={String(test.column)}
        // Two columns can have the same name.
        options={columns.map(({ name }, column) => [String(column), name])}
        onChoose={(column) => onChange(testOf(Number(column), columns))}
      />
      <Choice
        label="Comparison"
        value={test.comparison}
        options={comparisonsOf(type).map((each) => [each, each])}
        onChoose={(comparison) => onChange({ ...test, comparison })}
      />
      <input
        className="input"
        aria-label="Value"
        value={needsValue(test.comparison) ? test.value : ""}
        disabled={!needsValue(test.comparison)}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? id : undefined}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => onChange({ ...test, value: target.value })}
      />
      <button
        type="button"
        className="button quiet icon"
        aria-label="Remove the condition"
        onClick={onRemove}
      >
        <X size={16} aria-hidden />
      </button>
      {isWrong && (
        <p id={id} className={styles["wrong"]}>
          {`Write a number, such as -12.50 (${type}).`}
        </p>
      )}
    </div>
  );
}

function testOf(column: number, columns: readonly ResultColumn[]): ColumnTest {
  const [comparison = "contains"] = comparisonsOf(columns[column]?.type ?? "");
  return { column, comparison, value: "" };
}
