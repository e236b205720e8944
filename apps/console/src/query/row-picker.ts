import type { RecordBatch } from "apache-arrow";
import { type RowMatcher, testMatcher, textMatcher } from "./column-matcher.ts";
import type { RowFilter } from "./row-filter.ts";
import { sortIndex } from "./sort-index.ts";
import type { ColumnSort } from "./sort-order.ts";

export interface RowChoice {
  /** Rows of the result. */
  readonly count: number;
  readonly filter: RowFilter;
  readonly sort: ColumnSort | undefined;
}

/** The columns that a choice looks at, each once, and the one that it sorts by at the end. */
export function columnsOf({ filter, sort }: RowChoice, columnCount: number): number[] {
  const all = filter.text === "" ? [] : Array.from({ length: columnCount }, (_, column) => column);
  const columns = new Set([...all, ...filter.tests.map(({ column }) => column)]);
  if (sort !== undefined) {
    columns.delete(sort.column);
    columns.add(sort.column);
  }
  return [...columns];
}

/** Picks and orders the rows of a result from one column after the other, so that only one has to be there at a time. */
export class RowPicker {
  readonly #choice: RowChoice;
  /** 1: the row has passed all tests so far. */
  readonly #passed: Uint8Array;
  /** 1: the text was in one of the columns so far. */
  readonly #found: Uint8Array;
  #sorted: Uint32Array | undefined;

  constructor(choice: RowChoice) {
    this.#choice = choice;
    this.#passed = new Uint8Array(choice.count).fill(1);
    this.#found = new Uint8Array(choice.count).fill(choice.filter.text === "" ? 1 : 0);
  }

  /** Takes the next of {@link columnsOf}: batches that have this column alone. */
  add(batches: readonly RecordBatch[], column: number): void {
    const { count, filter, sort } = this.#choice;
    const { text, tests } = filter;
    if (text !== "") mark(this.#found, 0, batches, (batch) => textMatcher(batch, text));
    for (const test of tests.filter((each) => each.column === column)) {
      mark(this.#passed, 1, batches, (batch) => not(testMatcher(batch, test)));
    }
    if (sort?.column === column) this.#sorted = sortIndex(batches, count, sort.descending, this.#picked());
  }

  /** The rows that are shown, in their order. */
  order(): Uint32Array {
    return this.#sorted ?? this.#picked();
  }

  #picked(): Uint32Array {
    const picked = new Uint32Array(this.#choice.count);
    let length = 0;
    for (let row = 0; row < picked.length; row++) {
      if (this.#passed[row] === 1 && this.#found[row] === 1) picked[length++] = row;
    }
    return picked.slice(0, length);
  }
}

/** Turns the marks that are `before` of the rows that match. The others need no look. */
function mark(
  marks: Uint8Array,
  before: 0 | 1,
  batches: readonly RecordBatch[],
  matcherOf: (batch: RecordBatch) => RowMatcher,
): void {
  let first = 0;
  for (const batch of batches) {
    const matches = matcherOf(batch);
    const end = Math.min(batch.numRows, marks.length - first);
    for (let at = 0; at < end; at++) {
      if (marks[first + at] === before && matches(at)) marks[first + at] = 1 - before;
    }
    first += batch.numRows;
  }
}

function not(matches: RowMatcher): RowMatcher {
  return (row) => !matches(row);
}
