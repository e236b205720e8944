import { type Data, type DataType, Type } from "apache-arrow";
import { int64s, wholeNumbers } from "../arrow-numbers.ts";

/** Gives the value of a row as the writer takes it: DECIMALs and times are whole numbers of their smallest unit. */
type ValueReader = (row: number) => unknown;

type MakeReader = (data: Data) => ValueReader;

const readers: Readonly<Record<number, MakeReader>> = {
  [Type.Null]: () => () => null,
  [Type.Bool]:
    ({ values, offset }) =>
    (row) =>
      (((values as Uint8Array)[(offset + row) >> 3] ?? 0) & (1 << ((offset + row) & 7))) !== 0,
  [Type.Int]: (data) => (data.values instanceof BigInt64Array ? wholeNumbers(data) : numbers(data)),
  [Type.Float]: numbers,
  [Type.Decimal]: wholeNumbers,
  [Type.Utf8]: (data) => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const read = bytes(data);
    return (row) => decoder.decode(read(row));
  },
  [Type.Binary]: bytes,
  [Type.Date]: numbers,
  [Type.Timestamp]: ticks,
  [Type.Time]: ticks,
  [Type.List]: (data) => lists(data, parquetValues(data.children[0] as Data)),
  [Type.Struct]: (data) => objects(data, namesOf(data)),
  [Type.Map]: (data) => lists(data, objects(data.children[0] as Data, ["key", "value"])),
};

/** Reads one column of a batch, exactly. Throws a TypeError for a type that the front door does not send. */
export function parquetValues(data: Data): ValueReader {
  const make = readers[data.typeId];
  if (make === undefined) throw new TypeError(`Parquet has no type for Arrow type ${data.typeId}.`);
  const read = make(data);
  return (row) => (data.getValid(row) ? read(row) : null);
}

function numbers({ values }: Data): ValueReader {
  const all = values as Int32Array | Float64Array;
  return (row) => all[row];
}

function bytes({ values, valueOffsets }: Data): (row: number) => Uint8Array {
  return (row) => (values as Uint8Array).subarray(valueOffsets[row], valueOffsets[row + 1]);
}

/** Since 1970, or since midnight. Arrow has them in words of 64 bits, whatever the unit. */
function ticks({ values }: Data): ValueReader {
  const words = int64s(values as Int32Array);
  return (row) => words[row];
}

function lists({ valueOffsets }: Data, element: ValueReader): ValueReader {
  return (row) => {
    const start = valueOffsets[row] ?? 0;
    const length = (valueOffsets[row + 1] ?? start) - start;
    return Array.from({ length }, (_, index) => element(start + index));
  };
}

function objects({ children }: Data, names: readonly string[]): ValueReader {
  const fields = names.map((name, index) => [name, parquetValues(children[index] as Data)] as const);
  return (row) => Object.fromEntries(fields.map(([name, read]) => [name, read(row)]));
}

function namesOf({ type }: { readonly type: DataType }): string[] {
  return type.children.map(({ name }: { readonly name: string }) => name);
}
