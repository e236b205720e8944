import type { Readable } from "node:stream";
import { OperationError, queryLine } from "@front-door/operations";
import { linesOf } from "./lines-of.ts";

export interface SomeRows {
  readonly columns: readonly { readonly name: string; readonly type: string | undefined }[];
  readonly rows: readonly (readonly unknown[])[];
  /** The position of the first row that is left out. Undefined: none is, after the first one. */
  readonly nextRow: number | undefined;
}

export interface RowBounds {
  readonly fromRow?: number;
  readonly rowsMax?: number;
  readonly bytesMax: number;
}

/**
 * As many rows of a result in NDJSON as fit. Reads no more of it than that, and destroys the stream. Throws ROW_TOO_LARGE if not
 * even one fits, and what the result itself ends with.
 */
export async function readRows(
  body: Readable,
  { fromRow = 0, rowsMax = Number.POSITIVE_INFINITY, bytesMax }: RowBounds,
): Promise<SomeRows> {
  const rows: unknown[][] = [];
  let columns: SomeRows["columns"] = [];
  let bytes = 0;
  let position = 0;
  for await (const line of linesOf(body)) {
    const value = queryLine.parse(JSON.parse(line));
    if (Array.isArray(value)) {
      position += 1;
      if (position <= fromRow) continue;
      bytes += Buffer.byteLength(line) + 1;
      const isFull = bytes > bytesMax;
      if (isFull && rows.length === 0) throw tooLarge(position, bytes);
      if (isFull || rows.length === rowsMax) return { columns, rows, nextRow: position - 1 };
      rows.push(value);
    } else if ("columns" in value) {
      columns = value.columns.map(({ name, type_text: type }) => ({ name, type }));
      bytes += Buffer.byteLength(JSON.stringify(columns));
    } else if ("complete" in value) {
      return { columns, rows, nextRow: undefined };
    } else {
      throw new OperationError(value.error_code, value.error, value);
    }
  }
  throw new OperationError("GATEWAY_UNAVAILABLE", "The result broke off before its end.");
}

function tooLarge(position: number, bytes: number): OperationError {
  return new OperationError(
    "ROW_TOO_LARGE",
    `The row ${position} alone has ${bytes} bytes, more than a tool's result may have. Select fewer columns, or parts of long values by substr().`,
  );
}
