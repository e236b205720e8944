import { type Int64Words, wordsToBigInt, wordsToNumber } from "./int64-words.ts";
import type { JsonBytes } from "./json-bytes.ts";

const quote = 0x22;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;

export interface DecimalForm {
  /** Whether the lower half is a safe integer and the upper only its sign. */
  readonly small: boolean;
  readonly scale: number;
  readonly asString: boolean;
}

/**
 * A 128-bit decimal, whose lower half has the index `at`. With a scale it is a string with all its digits, `"12.50"`;
 * without one a number where that is exact, so that the kind of value depends on the column's type and on nothing else.
 */
export function writeDecimal(out: JsonBytes, words: Int64Words, at: number, form: DecimalForm): void {
  const { small, scale } = form;
  if (scale <= 0) {
    writeWhole(out, words, at, form);
    return;
  }
  out.byte(quote);
  if (small && scale <= 9) writeSmall(out, wordsToNumber(words, at), scale);
  else writeDigits(out, unscaledOf(words, at), scale);
  out.byte(quote);
}

function writeWhole(out: JsonBytes, words: Int64Words, at: number, { small, asString }: DecimalForm): void {
  const quoted = asString || !small;
  if (quoted) out.byte(quote);
  if (small) out.integer(wordsToNumber(words, at));
  else out.ascii(String(unscaledOf(words, at)));
  if (quoted) out.byte(quote);
}

function unscaledOf(words: Int64Words, at: number): bigint {
  return (wordsToBigInt(words, at + 1) << 64n) | BigInt.asUintN(64, wordsToBigInt(words, at));
}

function writeSmall(out: JsonBytes, unscaled: number, scale: number): void {
  if (unscaled < 0) out.byte(minus);
  const digits = Math.abs(unscaled);
  const unit = 10 ** scale;
  const whole = Math.floor(digits / unit);
  out.integer(whole);
  out.byte(point);
  out.padded(digits - whole * unit, scale);
}

function writeDigits(out: JsonBytes, unscaled: bigint, scale: number): void {
  if (unscaled < 0n) out.byte(minus);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, String.fromCharCode(zero));
  out.ascii(digits.slice(0, -scale));
  out.byte(point);
  out.ascii(digits.slice(-scale));
}
