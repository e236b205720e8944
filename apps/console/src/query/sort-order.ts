export interface ColumnSort {
  readonly column: number;
  readonly descending: boolean;
}

/** A click on a column sorts it ascending, then descending, then not at all. */
export function nextSort(sort: ColumnSort | undefined, column: number): ColumnSort | undefined {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? undefined : { column, descending: true };
}
