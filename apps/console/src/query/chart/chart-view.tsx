import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import { ChartColumn, ChartLine, ChartScatter, Grid3x3 } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { Choice } from "../choice.tsx";
import type { ShownRows } from "../shown-rows.ts";
import { type ChartChoice, type ChartKind, chartColumns, chartKinds, chartOf } from "./chart-choice.ts";
import { chartPoints } from "./chart-points.ts";
import styles from "./chart-view.module.css";
import { chartNote, kindNames } from "./chart-words.ts";

const ChartCanvas = lazy(async () => ({ default: (await import("./chart-canvas.tsx")).ChartCanvas }));

interface ChartViewProps {
  readonly shown: ShownRows;
  readonly choice: ChartChoice | undefined;
  readonly onChoose: (choice: ChartChoice) => void;
}

/** The rows that are shown as a chart, and the choice of what it shows. */
export function ChartView({ shown, choice, onChoose }: ChartViewProps) {
  const { rows } = shown;
  const chosen = useMemo(() => chartOf(shown, choice), [shown, choice]);
  const points = useMemo(() => chosen && chartPoints(shown, chosen), [shown, chosen]);
  const { names, numbers } = useMemo(() => chartColumns(rows.columns), [rows.columns]);
  if (chosen === undefined || points === undefined) {
    return <p className={`muted ${styles["none"]}`}>A chart needs a column of numbers.</p>;
  }
  const isHeat = chosen.kind === "heat";
  const note = chartNote(chosen.kind, points);
  return (
    <div className={styles["view"]}>
      <div className={styles["choices"]}>
        <KindChoice kind={chosen.kind} onChoose={(kind) => onChoose({ ...chosen, kind })} />
        <ColumnChoice
          label="X"
          names={names}
          value={chosen.x}
          none="Row"
          onChoose={(x) => onChoose({ ...chosen, x })}
        />
        <ColumnChoice
          label={isHeat ? "Colour" : "Y"}
          names={numbers}
          value={chosen.y}
          onChoose={(y) => onChoose({ ...chosen, y: y ?? chosen.y })}
        />
        <ColumnChoice
          label={isHeat ? "Y" : "Series"}
          names={names}
          value={chosen.by}
          none="None"
          onChoose={(by) => onChoose({ ...chosen, by })}
        />
        {note !== "" && <p className={`muted ${styles["note"]}`}>{note}</p>}
      </div>
      <Suspense fallback={null}>
        <ChartCanvas choice={chosen} points={points} />
      </Suspense>
    </div>
  );
}

const icons = { line: ChartLine, scatter: ChartScatter, bar: ChartColumn, heat: Grid3x3 };

interface KindChoiceProps {
  readonly kind: ChartKind;
  readonly onChoose: (kind: ChartKind) => void;
}

function KindChoice({ kind, onChoose }: KindChoiceProps) {
  return (
    <ToggleGroup
      className={styles["kinds"]}
      aria-label="Kind of chart"
      value={[kind]}
      onValueChange={([next]) => {
        const chosen = chartKinds.find((each) => each === next);
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {chartKinds.map((each) => {
        const Icon = icons[each];
        return (
          <Toggle
            key={each}
            value={each}
            className={styles["kind"]}
            aria-label={kindNames[each]}
            title={kindNames[each]}
          >
            <Icon size={16} aria-hidden />
          </Toggle>
        );
      })}
    </ToggleGroup>
  );
}

interface ColumnChoiceProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly value: string | undefined;
  /** What no column is called. Without it one must be chosen. */
  readonly none?: string;
  readonly onChoose: (name: string | undefined) => void;
}

function ColumnChoice({ label, names, value, none, onChoose }: ColumnChoiceProps) {
  const options = names.map((name, index) => [String(index), name] as const);
  return (
    <div className={styles["column"]}>
      <span className={styles["label"]} aria-hidden>
        {label}
      </span>
      <Choice
        label={label}
        value={value === undefined ? noColumn : String(names.indexOf(value))}
        options={none === undefined ? options : [[noColumn, none], ...options]}
        onChoose={(index) => onChoose(index === noColumn ? undefined : names[Number(index)])}
      />
    </div>
  );
}

const noColumn = "none";
