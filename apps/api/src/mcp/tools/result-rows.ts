import type { Readable } from "node:stream";
import { OperationError, queryLine } from "@front-door/operations";
import { type Line, linesOf } from "./lines-of.ts";

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

/** Characters of one line. More than a tool's result may have, because the columns say more of themselves here. */
const lineLengthMax = 256 * 1024;

/**
 * As many rows of a result in NDJSON as fit. Reads no more of it than that, and destroys the stream. Throws ROW_TOO_LARGE if not
 * even one fits, and what the result itself ends with.
 */
export async function readRows(
  body: Readable,
  { fromRow = 0, rowsMax = Number.POSITIVE_INFINITY, bytesMax }: RowBounds,
): Promise<SomeRows> {
  const rows: unknown[][] = [];
  let columns: SomeRows["columns"] | undefined;
  let bytes = 0;
  let position = 0;
  for await (const line of linesOf(body, lineLengthMax)) {
    const value = valueOf(line, columns === undefined);
    if (value === undefined || Array.isArray(value)) {
      position += 1;
      if (position <= fromRow) continue;
      bytes += Buffer.byteLength(line.text) + 1;
      const isFull = value === undefined || bytes > bytesMax;
      if (isFull && rows.length === 0) throw rowTooLarge(position, bytesMax);
      if (isFull || rows.length === rowsMax) return { columns: columns ?? [], rows, nextRow: position - 1 };
      rows.push(value);
    } else if ("columns" in value) {
      columns = value.columns.map(({ name, type_text: type }) => ({ name, type }));
      bytes += Buffer.byteLength(JSON.stringify(columns));
    } else if ("complete" in value) {
      return { columns: columns ?? [], rows, nextRow: undefined };
    } else {
      throw new OperationError(value.error_code, value.error, value);
    }
  }
  throw new OperationError("GATEWAY_UNAVAILABLE", "The result broke off before its end.");
}

/** What the line says. Undefined: it is a row that is too large. The first line has the columns. */
function valueOf({ text, isWhole }: Line, isFirst: boolean) {
  if (isWhole) return queryLine.parse(JSON.parse(text));
  if (!isFirst) return undefined;
  throw new OperationError(
    "PAYLOAD_TOO_LARGE",
    "The names and types of the columns alone are larger than a tool's result may be. Select fewer columns.",
  );
}

function rowTooLarge(position: number, bytesMax: number): OperationError {
  return new OperationError(
    "ROW_TOO_LARGE",
    `The row ${position} alone does not fit into the ${bytesMax} bytes that a tool's result may have. Select fewer columns, or parts of long values by substr().`,
  );
}
