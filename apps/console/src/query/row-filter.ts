import { type ColumnKind, columnKind } from "./column-kind.ts";

export type Comparison = "contains" | "=" | "≠" | "<" | "≤" | ">" | "≥" | "is NULL" | "is not NULL";

/** What a row must have in one column. */
export interface ColumnTest {
  readonly column: number;
  readonly comparison: Comparison;
  readonly value: string;
}

/** Which rows are shown: those that have the text in any column, and pass all tests. */
export interface RowFilter {
  readonly text: string;
  readonly tests: readonly ColumnTest[];
}

export const noFilter: RowFilter = { text: "", tests: [] };

const ofKind: Readonly<Record<ColumnKind, readonly Comparison[]>> = {
  number: ["=", "≠", "<", "≤", ">", "≥", "contains", "is NULL", "is not NULL"],
  time: ["=", "≠", "<", "≤", ">", "≥", "contains", "is NULL", "is not NULL"],
  text: ["contains", "=", "≠", "is NULL", "is not NULL"],
  other: ["contains", "is NULL", "is not NULL"],
};

/** The comparisons that a column of this SQL type can be asked for, the usual one first. */
export function comparisonsOf(type: string): readonly Comparison[] {
  return ofKind[columnKind(type)];
}

export function needsValue(comparison: Comparison): boolean {
  return comparison !== "is NULL" && comparison !== "is not NULL";
}

/** Numbers as a person writes them, and no longer than a DECIMAL. */
const number = /^[-+]?(?:\d{1,38}(?:\.\d{0,38})?|\.\d{1,38})$/;

/** Whether the test can be asked: it has the value that it needs, and of a number a number. */
export function isComplete({ comparison, value }: ColumnTest, type: string): boolean {
  if (!needsValue(comparison)) return true;
  if (comparison !== "contains" && columnKind(type) === "number") return number.test(value.trim());
  return value !== "";
}
