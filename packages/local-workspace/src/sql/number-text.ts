/** Formats a DOUBLE as Spark casts it to STRING: `1.0`, `1.0E10`, `NaN`. */
export function doubleText(value: number): string {
  return floatingText(value, String(Math.abs(value)));
}

/** Formats a FLOAT with the fewest digits that tell it from its neighbours. */
export function floatText(value: number): string {
  const size = Math.abs(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const short = size.toPrecision(digits);
    if (Math.fround(Number(short)) === size) return floatingText(value, String(Number(short)));
  }
  return floatingText(value, String(Number(size.toPrecision(9))));
}

function floatingText(value: number, sizeText: string): string {
  if (Number.isNaN(value)) return "NaN";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return `${sign}Infinity`;
  const [mantissa = "", exponent = "0"] = sizeText.split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, "");
  // The position of the point, counted from the first nonzero digit.
  const point = size === 0 ? 1 : digits.length - fraction.length + Number(exponent);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return sign + plain(digits, point);
  const significant = digits.replace(/(?<!0)0+$/, "");
  return `${sign}${significant.slice(0, 1)}.${significant.slice(1) || "0"}E${point - 1}`;
}

function plain(digits: string, point: number): string {
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  const padded = digits.padEnd(point, "0");
  return `${padded.slice(0, point)}.${padded.slice(point) || "0"}`;
}

/** Formats an unscaled DECIMAL with its point. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled);
  const sign = unscaled < 0n ? "-" : "";
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
