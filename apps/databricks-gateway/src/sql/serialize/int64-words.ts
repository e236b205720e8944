/** 64-bit integers as little-endian pairs of 32-bit words, so that only unsafe integers cost a BigInt. */
export interface Int64Words {
  readonly low: Uint32Array;
  readonly high: Int32Array;
}

const twoTo32 = 4_294_967_296;
// A safe integer has at most 21 bits above the lower 32.
const highMax = 0x1f_ffff;

export function int64Words({ buffer, byteOffset, byteLength }: ArrayBufferView): Int64Words {
  const words = byteLength >> 2;
  return { low: new Uint32Array(buffer, byteOffset, words), high: new Int32Array(buffer, byteOffset, words) };
}

/** Whether a JavaScript number holds the integer exactly. */
export function isSafeWords({ low, high }: Int64Words, index: number): boolean {
  const upper = high[index * 2 + 1] as number;
  if (upper >= -highMax && upper <= highMax) return true;
  // -2^53 is not safe.
  return upper === -highMax - 1 && low[index * 2] !== 0;
}

export function wordsToNumber({ low, high }: Int64Words, index: number): number {
  return (high[index * 2 + 1] as number) * twoTo32 + (low[index * 2] as number);
}

export function wordsToBigInt({ low, high }: Int64Words, index: number): bigint {
  return (BigInt(high[index * 2 + 1] as number) << 32n) | BigInt(low[index * 2] as number);
}

/** Whether the 128-bit integer whose lower half is at index `at` is a safe integer. */
export function isSafeInLowerHalf(words: Int64Words, at: number): boolean {
  const { high } = words;
  const sign = (high[at * 2 + 1] as number) >> 31;
  return isSafeWords(words, at) && high[at * 2 + 2] === sign && high[at * 2 + 3] === sign;
}
