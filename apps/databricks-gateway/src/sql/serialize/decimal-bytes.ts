import { type Int64Words, isSafeInLowerHalf, wordsToBigInt, wordsToNumber } from "./int64-words.ts";
import type { JsonBytes } from "./json-bytes.ts";

const quote = 0x22;
const minus = 0x2d;
const point = 0x2e;

/**
 * Writes the 128-bit decimal whose lower half is at index `at`. With a scale it is a string with all digits, `"12.50"`;
 * without one it is a number if that is exact, and otherwise a string. `asString` makes it a string always.
 */
export function writeDecimal(
  out: JsonBytes,
  words: Int64Words,
  at: number,
  scale: number,
  asString: boolean,
): void {
  const isSafe = isSafeInLowerHalf(words, at);
  const isQuoted = scale > 0 || asString || !isSafe;
  if (isQuoted) out.byte(quote);
  if (!isSafe || scale > 9) writeDigits(out, unscaledOf(words, at), scale);
  else if (scale > 0) writeSafe(out, wordsToNumber(words, at), scale);
  else out.integer(wordsToNumber(words, at));
  if (isQuoted) out.byte(quote);
}

function unscaledOf(words: Int64Words, at: number): bigint {
  return (wordsToBigInt(words, at + 1) << 64n) | BigInt.asUintN(64, wordsToBigInt(words, at));
}

function writeSafe(out: JsonBytes, unscaled: number, scale: number): void {
  if (unscaled < 0) out.byte(minus);
  const digits = Math.abs(unscaled);
  const unit = 10 ** scale;
  const whole = Math.floor(digits / unit);
  out.integer(whole);
  out.byte(point);
  out.padded(digits - whole * unit, scale);
}

function writeDigits(out: JsonBytes, unscaled: bigint, scale: number): void {
  if (scale <= 0) {
    out.ascii(String(unscaled));
    return;
  }
  if (unscaled < 0n) out.byte(minus);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  out.ascii(digits.slice(0, -scale));
  out.byte(point);
  out.ascii(digits.slice(-scale));
}
