import { cellReader } from "@front-door/api-client/arrow";
import { type Data, type RecordBatch, Type } from "apache-arrow";
import { cellText } from "./arrow-rows.ts";

/** Compares two rows: negative if the first comes first. Neither is NULL. */
type Compare = (a: number, b: number) => number;

/**
 * The picked rows (all, unless they are given) in the order of their first column, as ORDER BY has it: NULL first, and last where the order
 * descends; NaN above all numbers. Rows with the same value keep their order.
 */
export function sortIndex(
  batches: readonly RecordBatch[],
  count: number,
  descending: boolean,
  picked: Uint32Array = Uint32Array.from({ length: count }, (_, row) => row),
): Uint32Array {
  const columns = batches.flatMap(({ data }) => data.children[0] ?? []);
  const isNull = nulls(columns, count);
  const compare = comparison(batches, columns, count);
  const sign = descending ? -1 : 1;
  // In place: a copy of a million rows is of no use to anybody.
  // oxlint-disable-next-line unicorn/no-array-sort
  return picked.sort((a, b) => {
    const byNull = (isNull[b] ?? 0) - (isNull[a] ?? 0);
    const order = byNull === 0 && isNull[a] === 0 ? compare(a, b) : byNull;
    return order === 0 ? a - b : sign * order;
  });
}

function nulls(columns: readonly Data[], count: number): Uint8Array {
  const isNull = new Uint8Array(count);
  eachRow(columns, count, (data, at, row) => {
    if (!data.getValid(at)) isNull[row] = 1;
  });
  return isNull;
}

function comparison(batches: readonly RecordBatch[], columns: readonly Data[], count: number): Compare {
  const [first] = columns;
  switch (first?.typeId) {
    case Type.Int:
    case Type.Timestamp:
    case Type.Time:
    case Type.Date:
    case Type.Float:
      return first.values instanceof BigInt64Array
        ? byValue(fill(new BigInt64Array(count), columns, count))
        : byNumber(fill(new Float64Array(count), columns, count));
    case Type.Decimal:
      return byDecimal(columns, count);
    case Type.Utf8:
      return byBytes(columns, count);
    default:
      return byText(batches, count);
  }
}

function fill<Keys extends BigInt64Array | Float64Array>(
  keys: Keys,
  columns: readonly Data[],
  count: number,
): Keys {
  eachRow(columns, count, (data, at, row) => {
    keys[row] = (data.values as Keys)[at] as Keys[number];
  });
  return keys;
}

function byValue(keys: BigInt64Array): Compare {
  return (a, b) => {
    const [first = 0n, second = 0n] = [keys[a], keys[b]];
    return first < second ? -1 : first > second ? 1 : 0;
  };
}

function byNumber(keys: Float64Array): Compare {
  return (a, b) => {
    const [first = 0, second = 0] = [keys[a], keys[b]];
    if (first < second) return -1;
    if (first > second) return 1;
    return Number(Number.isNaN(first)) - Number(Number.isNaN(second));
  };
}

/** Of 128 bits: four words of 32, the lowest first. The highest has the sign. */
function byDecimal(columns: readonly Data[], count: number): Compare {
  const words = new Int32Array(count * 4);
  eachRow(columns, count, (data, at, row) => {
    words.set((data.values as Int32Array).subarray(at * 4, at * 4 + 4), row * 4);
  });
  return (a, b) => {
    const high = (words[a * 4 + 3] ?? 0) - (words[b * 4 + 3] ?? 0);
    if (high !== 0) return high;
    for (let word = 2; word >= 0; word--) {
      const difference = ((words[a * 4 + word] ?? 0) >>> 0) - ((words[b * 4 + word] ?? 0) >>> 0);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

/** Texts in UTF-8, as Databricks compares them. A million strings would take hundreds of megabytes. */
function byBytes(columns: readonly Data[], count: number): Compare {
  const [ends, total] = textEnds(columns, count);
  const bytes = new Uint8Array(total);
  eachRow(columns, count, ({ values, valueOffsets }, at, row) => {
    bytes.set((values as Uint8Array).subarray(valueOffsets[at], valueOffsets[at + 1]), start(ends, row));
  });
  return (a, b) => {
    let [atA, atB] = [start(ends, a), start(ends, b)];
    const [endA = 0, endB = 0] = [ends[a], ends[b]];
    for (; atA < endA && atB < endB; atA++, atB++) {
      const difference = (bytes[atA] ?? 0) - (bytes[atB] ?? 0);
      if (difference !== 0) return difference;
    }
    return endA - atA - (endB - atB);
  };
}

/** Where the text of each row ends if they stand one behind the other, and how long all of them are. */
function textEnds(columns: readonly Data[], count: number): [ends: Uint32Array, total: number] {
  const ends = new Uint32Array(count);
  let total = 0;
  eachRow(columns, count, ({ valueOffsets }, at, row) => {
    total += (valueOffsets[at + 1] ?? 0) - (valueOffsets[at] ?? 0);
    ends[row] = total;
  });
  return [ends, total];
}

function start(ends: Uint32Array, row: number): number {
  return row === 0 ? 0 : (ends[row - 1] ?? 0);
}

function byText(batches: readonly RecordBatch[], count: number): Compare {
  const texts = batches
    .flatMap((batch) => {
      const read = cellReader(batch, 0);
      return Array.from({ length: batch.numRows }, (_, row) => cellText(read(row)));
    })
    .slice(0, count);
  return (a, b) => {
    const [first = "", second = ""] = [texts[a], texts[b]];
    return first < second ? -1 : first > second ? 1 : 0;
  };
}

function eachRow(
  columns: readonly Data[],
  count: number,
  visit: (data: Data, at: number, row: number) => void,
): void {
  let row = 0;
  for (const data of columns) {
    for (let at = 0; at < data.length && row < count; at++, row++) visit(data, at, row);
  }
}
