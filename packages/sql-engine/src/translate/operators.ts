import { sessionMode } from "../session-mode.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import type { ExpressionOf } from "../syntax/expression-ast.ts";
import { commonType } from "../types/coercion.ts";
import {
  array,
  BIGINT,
  BOOLEAN,
  type DataType,
  DOUBLE,
  isFloating,
  isIntegral,
  isInterval,
  isNumeric,
  STRING,
} from "../types/data-type.ts";
import { decimalOf, decimalResult } from "../types/decimal-rules.ts";
import { duckType } from "../types/duck-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { cast, wrapped } from "./cast.ts";
import { toCommonType, wrongType } from "./coerce.ts";
import { toComparable } from "./comparison.ts";
import { dateTimeArithmetic } from "./date-arithmetic.ts";
import { decimalQuotient, wholeQuotient } from "./decimal-quotient.ts";
import { orderable } from "./orderable.ts";
import type { Translation } from "./translation.ts";
import { bind, raise, type Typed, typed } from "./typed.ts";

type Binary = ExpressionOf<"binary">;

const COMPARISONS: Record<string, string> = {
  "=": "=",
  "==": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

export function binaryOperator(node: Binary, left: Typed, right: Typed, translation: Translation): Typed {
  const { operator, at } = node;
  const comparison = COMPARISONS[operator];
  if (comparison !== undefined || operator === "<=>") {
    const values = toComparable([left, right], [node.left, node.right], operator, translation, at);
    const [a, b] = values;
    if (["<", "<=", ">", ">="].includes(operator)) values.forEach(orderable);
    return typed(`(${a?.sql} ${comparison ?? "IS NOT DISTINCT FROM"} ${b?.sql})`, BOOLEAN);
  }
  switch (operator) {
    case "AND":
    case "OR":
      return typed(
        `(${truth(left, operator, translation, at)} ${operator} ${truth(right, operator, translation, at)})`,
        BOOLEAN,
      );
    case "||":
      return concatenate([left, right], translation, at);
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>":
    case ">>>":
      return bitOperator(operator, left, right, translation, at);
    default:
      return arithmetic(operator, left, right, translation, at);
  }
}

export function truth(value: Typed, what: string, translation: Translation, at: number): string {
  if (value.type.kind !== "boolean" && value.type.kind !== "void")
    throw wrongType(value.type, BOOLEAN, what, translation, at);
  return cast(value, BOOLEAN).sql;
}

/** `||` and concat(), for strings or arrays. Unlike in DuckDB's concat(), a NULL makes the result NULL. */
export function concatenate(values: Typed[], translation: Translation, at: number): Typed {
  if (values.some((value) => value.type.kind === "array")) {
    const common = toCommonType(values, "concat", translation, at);
    const lists = common.values.map((value) => value.sql);
    const element = common.type.kind === "array" ? common.type.element : STRING;
    const sql = lists.reduce((all, list) => `list_concat(${all}, ${list})`);
    return typed(
      `CASE WHEN ${lists.map((list) => `${list} IS NOT NULL`).join(" AND ")} THEN ${sql} END`,
      array(element),
    );
  }
  if (values.length > 0 && values.every((value) => value.type.kind === "binary")) {
    return typed(`(${values.map((value) => value.sql).join(" || ")})`, { kind: "binary" });
  }
  const texts = values.map((value) => cast(value, STRING).sql);
  // With a cast, because DuckDB forgets the type of a constant NULL.
  return typed(texts.length === 0 ? "''" : `CAST(${texts.join(" || ")} AS VARCHAR)`, STRING);
}

function bitOperator(
  operator: string,
  left: Typed,
  right: Typed,
  translation: Translation,
  at: number,
): Typed {
  if (operator === "<<" || operator === ">>>")
    throw unsupported("BIT_SHIFT", `the operator ${operator}`, translation.position(at));
  const { values, type } = toCommonType([left, right], operator, translation, at);
  const [a = left, b = right] = values;
  if (!isIntegral(type)) throw wrongType(type, "an integral type", operator, translation, at);
  if (operator === ">>") return typed(`(${left.sql} >> ${cast(right, left.type).sql})`, left.type);
  return typed(operator === "^" ? `xor(${a.sql}, ${b.sql})` : `(${a.sql} ${operator} ${b.sql})`, type);
}

interface ArithmeticMode {
  /** Returns NULL in place of an error, as in try_add. */
  safe: boolean;
}

interface Failing extends ArithmeticMode {
  /** Integers keep their lowest bits. */
  wraps: boolean;
}

export function arithmetic(
  operator: string,
  left: Typed,
  right: Typed,
  translation: Translation,
  at: number,
  { safe }: ArithmeticMode = { safe: false },
): Typed {
  const { ansi } = sessionMode();
  // Without ANSI mode integers wrap, and everything else that would fail is NULL.
  const mode = { safe: safe || !ansi, wraps: !safe && !ansi };
  const dates = dateTimeArithmetic(operator, left, right, translation, at);
  if (dates !== undefined) return dates;
  const type = numericType(operator, left, right, translation, at);
  if (operator === "DIV") return integerDivision(left, right, mode, translation, at);
  if (operator === "/" && type.kind !== "decimal") return floatDivision(left, right, mode);
  if (type.kind === "decimal") return decimalArithmetic(operator, left, right, mode);
  if (operator === "%") return remainder(cast(left, type).sql, cast(right, type), type, mode);
  return plain(operator, cast(left, type).sql, cast(right, type).sql, type, mode);
}

const isNumberLike = (type: DataType) => isNumeric(type) || type.kind === "void" || type.kind === "string";

/** A STRING operand becomes a DOUBLE, or a BIGINT if the other one is an integer. */
function numericType(
  operator: string,
  left: Typed,
  right: Typed,
  translation: Translation,
  at: number,
): DataType {
  if (!isNumberLike(left.type) || !isNumberLike(right.type)) {
    const text = `Cannot resolve "(${operator})" due to data type mismatch: the binary operator requires numeric or interval types, not "${sqlTypeText(left.type)}" and "${sqlTypeText(right.type)}".`;
    throw new SqlError("DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE", text, translation.position(at));
  }
  if (!sessionMode().ansi && [left, right].some(({ type }) => type.kind === "string")) return DOUBLE;
  const common = commonType(left.type, right.type) ?? DOUBLE;
  return isNumeric(common) ? common : DOUBLE;
}

function plain(operator: string, a: string, b: string, type: DataType, mode: Failing): Typed {
  if (!mode.safe || isFloating(type)) return typed(`(${a} ${operator} ${b})`, type);
  if (mode.wraps)
    return typed(wrapped(`(CAST(${a} AS HUGEINT) ${operator} CAST(${b} AS HUGEINT))`, type), type);
  return typed(
    `TRY_CAST((CAST(${a} AS HUGEINT) ${operator} CAST(${b} AS HUGEINT)) AS ${duckType(type)})`,
    type,
  );
}

const DIVIDE_BY_ZERO = raise(
  "DIVIDE_BY_ZERO",
  'Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead. If necessary set "ansi_mode" to "false" to bypass this error.',
);
const REMAINDER_BY_ZERO = raise(
  "REMAINDER_BY_ZERO",
  'Remainder by zero. Use `try_mod` to tolerate divisor being 0 and return NULL instead. If necessary set "ansi_mode" to "false" to bypass this error.',
);

/** Needs no check for zero if the divisor is another literal. */
function guarded(
  divisor: Typed,
  dividend: string,
  failure: string,
  mode: Failing,
  body: (d: string) => string,
): string {
  if (typeof divisor.literal === "number" && divisor.literal !== 0) return body(divisor.sql);
  // NULL / 0 is NULL, not an error.
  return bind(
    divisor.sql,
    (d) =>
      `CASE WHEN ${d} = 0 AND ${dividend} IS NOT NULL THEN ${mode.safe ? "NULL" : failure} ELSE ${body(d)} END`,
  );
}

function floatDivision(left: Typed, right: Typed, mode: Failing): Typed {
  const [a, b] = [cast(left, DOUBLE), cast(right, DOUBLE)];
  const divisor = right.literal === undefined ? b : { ...b, literal: right.literal };
  return typed(
    guarded(divisor, a.sql, DIVIDE_BY_ZERO, mode, (d) => `(${a.sql} / ${d})`),
    DOUBLE,
  );
}

const asWhole = (value: Typed) =>
  isIntegral(value.type) || value.type.kind === "string" ? cast(value, BIGINT) : value;

function integerDivision(
  left: Typed,
  right: Typed,
  mode: Failing,
  translation: Translation,
  at: number,
): Typed {
  const floating = [left, right].find(
    (side) => isFloating(side.type) || (side.type.kind === "string" && !sessionMode().ansi),
  );
  if (floating !== undefined) throw wrongType(floating.type, '"BIGINT" or "DECIMAL"', "div", translation, at);
  const [a, b] = [
    asWhole(left),
    { ...asWhole(right), ...(right.literal === undefined ? {} : { literal: right.literal }) },
  ];
  const [leftType, rightType] = [decimalOf(a.type), decimalOf(b.type)];
  if (
    leftType !== undefined &&
    rightType !== undefined &&
    (a.type.kind === "decimal" || b.type.kind === "decimal")
  )
    return typed(
      guarded(b, a.sql, DIVIDE_BY_ZERO, mode, (d) =>
        wholeQuotient(cast(a, leftType), cast(typed(d, b.type), rightType)),
      ),
      BIGINT,
    );
  const quotient = (d: string) =>
    mode.wraps
      ? wrapped(`(CAST(${a.sql} AS HUGEINT) // ${d})`, BIGINT)
      : a.type.kind === "bigint" && b.type.kind === "bigint"
        ? `(${a.sql} // ${d})`
        : `CAST(trunc(${a.sql} / ${d}) AS BIGINT)`;
  return typed(guarded(b, a.sql, DIVIDE_BY_ZERO, mode, quotient), BIGINT);
}

function remainder(a: string, divisor: Typed, type: DataType, mode: Failing): Typed {
  return typed(
    guarded(divisor, a, REMAINDER_BY_ZERO, mode, (d) => `(${a} % ${d})`),
    type,
  );
}

const literalDigits = (value: Typed) =>
  typeof value.literal === "number" ? String(value.literal) : undefined;

function decimalArithmetic(operator: string, left: Typed, right: Typed, mode: Failing): Typed {
  const [leftType, rightType] = [
    decimalOf(left.type, literalDigits(left)),
    decimalOf(right.type, literalDigits(right)),
  ];
  if (leftType === undefined || rightType === undefined)
    throw new Error("Decimal arithmetic on another type.");
  const result = decimalResult(operator, leftType, rightType);
  const target = duckType(result);
  const [a, b] = [
    cast(left, leftType),
    { ...cast(right, rightType), ...(right.literal === undefined ? {} : { literal: right.literal }) },
  ];
  if (operator === "/") {
    const quotient = (d: string) => decimalQuotient(typed(a.sql, leftType), typed(d, rightType), result);
    return typed(guarded(b, a.sql, DIVIDE_BY_ZERO, mode, quotient), result);
  }
  const into = (sql: string) => `${mode.safe ? "TRY_CAST" : "CAST"}(${sql} AS ${target})`;
  if (operator === "%")
    return typed(
      guarded(b, a.sql, REMAINDER_BY_ZERO, mode, (d) => into(`(${a.sql} % ${d})`)),
      result,
    );
  const computed = (x: string, y: string) => into(`(${x} ${operator} ${y})`);
  if (!mode.wraps) return typed(computed(a.sql, b.sql), result);
  // Only this operation's overflow is NULL, and no failure of its operands.
  return typed(
    `list_transform([{'a': ${a.sql}, 'b': ${b.sql}}], lambda d: TRY(${computed("d.a", "d.b")}))[1]`,
    result,
  );
}

export function negate(value: Typed, translation: Translation, at: number): Typed {
  const { type } = value;
  if (type.kind === "string") return typed(`(-${cast(value, DOUBLE).sql})`, DOUBLE);
  if (!isNumeric(type) && !isInterval(type) && type.kind !== "void")
    throw wrongType(type, "a numeric or interval type", "-", translation, at);
  if (isIntegral(type) && !sessionMode().ansi)
    return typed(wrapped(`-CAST(${value.sql} AS HUGEINT)`, type), type);
  return typed(`CAST(-${value.sql} AS ${duckType(type)})`, type);
}
