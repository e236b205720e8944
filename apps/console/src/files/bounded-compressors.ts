import { type Compressors, snappyUncompress } from "hyparquet";
import {
  decompressBrotli,
  decompressGzip,
  decompressLz4,
  decompressLz4Raw,
  decompressZstd,
} from "hyparquet-compressors";

/**
 * All codecs of Parquet, which unpack no more than so many bytes together, and then throw. The Snappy is that of hyparquet:
 * that of hyparquet-compressors needs WebAssembly.
 */
export function boundedCompressors(bytesMax: number): Compressors {
  let bytes = 0;
  const bounded = (unpack: (input: Uint8Array, length: number) => Uint8Array) => {
    return (input: Uint8Array, length: number) => {
      bytes += length;
      // A length that is no number is none that is within.
      if (!(length >= 0 && bytes <= bytesMax)) throw new Error("Its first rows are too large when unpacked.");
      return unpack(input, length);
    };
  };
  return {
    BROTLI: bounded(decompressBrotli),
    GZIP: bounded(decompressGzip),
    LZ4: bounded(decompressLz4),
    LZ4_RAW: bounded(decompressLz4Raw),
    SNAPPY: bounded((input, length) => {
      const output = new Uint8Array(length);
      snappyUncompress(input, output);
      return output;
    }),
    // Without the output it would make one as large as the input says.
    ZSTD: bounded((input, length) => decompressZstd(input, new Uint8Array(length))),
  };
}
