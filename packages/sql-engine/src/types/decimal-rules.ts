import { type DataType, decimal, type TypeOf } from "./data-type.ts";

type Decimal = TypeOf<"decimal">;

/** Spark's `DecimalType.adjustPrecisionScale`: above 38 digits the scale shrinks, but not below 6. */
function adjusted(precision: number, scale: number): Decimal {
  if (precision <= 38) return decimal(precision, scale);
  const integerDigits = precision - scale;
  return decimal(38, Math.max(38 - integerDigits, Math.min(scale, 6)));
}

/** The result type of arithmetic on decimals. */
export function decimalResult(operator: string, a: Decimal, b: Decimal): Decimal {
  const [p1, s1, p2, s2] = [a.precision, a.scale, b.precision, b.scale];
  const scale = Math.max(s1, s2);
  switch (operator) {
    case "*":
      return adjusted(p1 + p2 + 1, s1 + s2);
    case "/": {
      const quotient = Math.max(6, s1 + p2 + 1);
      return adjusted(p1 - s1 + s2 + quotient, quotient);
    }
    case "%":
      return adjusted(Math.min(p1 - s1, p2 - s2) + scale, scale);
    default:
      return adjusted(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
  }
}

const INTEGER_DIGITS: Partial<Record<DataType["kind"], number>> = {
  tinyint: 3,
  smallint: 5,
  int: 10,
  bigint: 20,
};

/** The decimal type for every value of an integral type, or for the digits of a literal. */
export function decimalOf(type: DataType, literalText?: string): Decimal | undefined {
  if (type.kind === "decimal") return type;
  const digits = INTEGER_DIGITS[type.kind];
  if (digits === undefined) return undefined;
  if (literalText !== undefined) return decimal(Math.max(1, literalText.replace("-", "").length), 0);
  return decimal(digits, 0);
}

/** The decimal type that holds both without loss, up to 38 digits. */
export function widerDecimal(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  const integers = Math.max(a.precision - a.scale, b.precision - b.scale);
  return integers + scale <= 38 ? decimal(integers + scale, scale) : decimal(38, Math.max(0, 38 - integers));
}
