import { createRequire } from "node:module";

// The package has types for CommonJS only, and an import statement cannot select them.
// oxlint-disable-next-line typescript/consistent-type-imports
type Arrow = typeof import("apache-arrow", { with: { "resolution-mode": "require" }});

/** The instance of Apache Arrow that the driver has loaded. An `import` would load a second one, for ES modules. */
export const arrow = createRequire(import.meta.url)("apache-arrow") as Arrow;

export const {
  Field,
  Message,
  makeData,
  Precision,
  RecordBatch,
  RecordBatchReader,
  Schema,
  Struct,
  Table,
  Type,
  tableToIPC,
  Utf8,
} = arrow;

export type DataType = InstanceType<Arrow["DataType"]>;
/** With the fields of single types: the `typeId` tells which ones a type has. */
export type DetailedType = DataType & {
  readonly bitWidth: number;
  readonly isSigned: boolean;
  readonly precision: number;
  readonly scale: number;
  readonly unit: 0 | 1 | 2 | 3;
  readonly timezone?: string | null;
};
export type Field = InstanceType<Arrow["Field"]>;
export type Schema = InstanceType<Arrow["Schema"]>;
export type RecordBatch = InstanceType<Arrow["RecordBatch"]>;
/** A column of a batch, of a type that is known by its `typeId` alone. */
export type Data = InstanceType<Arrow["Data"]>;
