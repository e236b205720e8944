import type { ColumnMetaData } from "hyparquet";
import { columnsMax } from "../browse/shown-cells.ts";

/** A writer may have made one group of rows of the whole file, of which a column is read whole. */
const groupBytesMax = 64 * 1024 * 1024;
/** What is unpacked for the rows: more than the footer says, if it lies. */
export const unpackedBytesMax = 2 * groupBytesMax;

interface Chunk {
  readonly meta_data?: Pick<
    ColumnMetaData,
    "path_in_schema" | "num_values" | "total_uncompressed_size" | "total_compressed_size"
  >;
}

/** As many of the first columns as are within the limits, unpacked. The first one has all of what may be unpacked. */
export function columnsWithin(chunks: readonly Chunk[], names: readonly string[]): string[] {
  const sizes = new Map<string, number>();
  for (const { meta_data: chunk } of chunks) {
    if (chunk === undefined) continue;
    const [name = ""] = chunk.path_in_schema;
    const { total_uncompressed_size: unpacked, total_compressed_size: packed, num_values: values } = chunk;
    // A value that is repeated takes nothing in the file, and a place in memory.
    const size = Math.max(Number(unpacked), Number(packed), Number(values));
    sizes.set(name, (sizes.get(name) ?? 0) + size);
  }
  let bytes = 0;
  const end = names.slice(0, columnsMax).findIndex((name, index) => {
    bytes += sizes.get(name) ?? 0;
    // A size that is no number is not within.
    return !(bytes <= (index === 0 ? unpackedBytesMax : groupBytesMax));
  });
  return names.slice(0, end < 0 ? columnsMax : end);
}
