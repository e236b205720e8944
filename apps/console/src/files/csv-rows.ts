import Papa from "papaparse";

export interface CsvRows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether there are rows that are not among these. */
  readonly hasMore: boolean;
}

/** The first rows of a CSV or TSV, whose first line has the names. The separator is found in the text. */
export function csvRows(
  text: string,
  { isCut, rowsMax }: { readonly isCut: boolean; readonly rowsMax: number },
): CsvRows {
  const { data, meta } = Papa.parse<string[]>(text, { preview: rowsMax + 2, skipEmptyLines: true });
  // The last line of the start of a file is a part of one.
  const whole = isCut && !meta.truncated ? data.slice(0, -1) : data;
  const [head = [], ...rows] = whole;
  const hasMore = isCut || rows.length > rowsMax;
  return { head, rows: rows.slice(0, rowsMax), hasMore };
}
