/** The shortest digits that identify a 32-bit float, as Spark writes a FLOAT: 0.1, not 0.10000000149011612. */
export function float32Digits(value: number): string {
  for (let precision = 1; precision < 9; precision++) {
    const digits = Number(value.toPrecision(precision));
    if (Math.fround(digits) === value) return String(digits);
  }
  return String(Number(value.toPrecision(9)));
}
