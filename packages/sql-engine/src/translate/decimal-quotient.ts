import { macro } from "../duckdb/macros.ts";
import type { TypeOf } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { bind, type Typed } from "./typed.ts";

/** Exact, rounded half up, in 128-bit integers. A value that does not fit is an overflow error, never a wrong value. */
export function decimalQuotient(a: Typed, b: Typed, result: TypeOf<"decimal">): string {
  const { numerator, denominator } = fraction(a, b, result.scale);
  const whole = bind(`(${numerator})`, (n) =>
    bind(`(${denominator})`, (d) => macro("half_up_quotient", n, d)),
  );
  return scaled(whole, result);
}

/** The quotient without its fraction, as `div` returns it. Fails if it is no BIGINT. */
export function wholeQuotient(a: Typed, b: Typed): string {
  const { numerator, denominator } = fraction(a, b, 0);
  return `CAST((${numerator}) // (${denominator}) AS BIGINT)`;
}

/** Two whole numbers, of which the quotient is a / b with `scale` more digits. */
function fraction(a: Typed, b: Typed, scale: number): { numerator: string; denominator: string } {
  const shift = scale - scaleOf(a) + scaleOf(b);
  return shift >= 0
    ? { numerator: `${unscaled(a)} * ${power(shift)}`, denominator: unscaled(b) }
    : { numerator: unscaled(a), denominator: `${unscaled(b)} * ${power(-shift)}` };
}

const scaleOf = ({ type }: Typed): number => (type.kind === "decimal" ? type.scale : 0);

const power = (exponent: number): string => `CAST('1${"0".repeat(exponent)}' AS HUGEINT)`;

function unscaled(value: Typed): string {
  if (value.type.kind !== "decimal" || value.type.scale === 0) return `CAST(${value.sql} AS HUGEINT)`;
  const { precision, scale } = value.type;
  if (precision + scale + 1 > 38) return `CAST(replace(CAST(${value.sql} AS VARCHAR), '.', '') AS HUGEINT)`;
  return `CAST(${value.sql} * CAST('1${"0".repeat(scale)}' AS DECIMAL(${scale + 1},0)) AS HUGEINT)`;
}

function scaled(whole: string, result: TypeOf<"decimal">): string {
  const { scale } = result;
  const value =
    scale === 0
      ? whole
      : `CAST(${whole} AS DECIMAL(38,0)) * CAST('0.${"0".repeat(scale - 1)}1' AS DECIMAL(${scale},${scale}))`;
  return `CAST(${value} AS ${duckType(result)})`;
}
