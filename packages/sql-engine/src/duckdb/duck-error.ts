import { type ErrorClass, SqlError } from "../sql-error.ts";

const INTEGER_NAMES: Record<string, string> = {
  INT8: "byte",
  INT16: "short",
  INT32: "integer",
  INT64: "long",
};
const OPERATIONS: Record<string, string> = {
  addition: "try_add",
  subtraction: "try_subtract",
  multiplication: "try_multiply",
  division: "try_divide",
};
const WORDS_MAX = 4_096;
const BYPASS = 'If necessary set "ansi_mode" to "false" to bypass this error.';

/** Translates DuckDB's errors into Databricks' words. Errors that the translated SQL raises itself pass unchanged. */
export function fromDuckError(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const raised =
    /^(?:Invalid Input|Conversion|Out of Range|Binder) Error: \[([A-Z_]+(?:\.[A-Z_]+)?)\] ([\s\S]*)$/.exec(
      message,
    );
  if (raised !== null)
    return new SqlError(raised[1] as ErrorClass, raised[2] ?? "", undefined, { cause: error });
  // A message contains the statement's own values, of any length, and a rule may look for its end from many places.
  const words = message.slice(0, WORDS_MAX);
  for (const [pattern, make] of RULES) {
    const match = pattern.exec(words);
    if (match === null) continue;
    const [errorClass, text] = make(match);
    return new SqlError(errorClass, text, undefined, { cause: error });
  }
  const [first = ""] = message.split("\n");
  return new SqlError(
    "INTERNAL_ERROR",
    `The local SQL engine could not run the statement: ${first}`,
    undefined,
    { cause: error },
  );
}

type Rule = [
  pattern: RegExp,
  make: (match: RegExpExecArray) => [ErrorClass | `${ErrorClass}.${string}`, string],
];

const RULES: Rule[] = [
  // Java knows `a++`, and larger counts than RE2.
  [
    /(?:missing [\])]|unexpected \)|no argument for repetition operator|invalid character class range|trailing \\): ?(.*)/,
    ([, pattern = ""]) => [
      "INVALID_PARAMETER_VALUE.PATTERN",
      `The value of parameter(s) \`regexp\` is invalid: '${pattern}'.`,
    ],
  ],
  [
    /(?:invalid perl operator|invalid escape sequence|bad repetition operator|invalid repetition size): (.*)/,
    ([, what]) => [
      "UNSUPPORTED_FEATURE.REGULAR_EXPRESSION",
      `The feature is not supported by the local SQL engine: ${what} in a regular expression.`,
    ],
  ],
  [
    /Failure in decode: could not convert blob to UTF8/,
    () => ["MALFORMED_CHARACTER_CODING", "Invalid value found when performing `decode` with UTF-8."],
  ],
  [
    // The first is our own stack, in the translation.
    /Maximum call stack size exceeded|Max expression depth limit/,
    () => [
      "UNSUPPORTED_FEATURE.NESTING",
      "The feature is not supported by the local SQL engine: expressions of more than a thousand parts.",
    ],
  ],
  [/INTERRUPT/, () => ["OPERATION_CANCELED", "Operation has been canceled."]],
  [
    /Overflow in (\w+) of (INT\d+|-?\d+)/,
    ([, operation = "", type = ""]) => [
      "ARITHMETIC_OVERFLOW",
      `${INTEGER_NAMES[type] ?? "long"} overflow. Use '${OPERATIONS[operation] ?? "try_add"}' to tolerate overflow and return NULL instead. ${BYPASS}`,
    ],
  ],
  [/Overflow in |Overflow on /, () => ["ARITHMETIC_OVERFLOW", `Overflow. ${BYPASS}`]],
  [/Cannot take absolute value|Cannot negate/, () => ["ARITHMETIC_OVERFLOW", `Overflow. ${BYPASS}`]],
  [
    /(?:Could not cast value|Casting value "?)(.*?)"? (?:to type )?DECIMAL\((\d+),(\d+)\)/,
    ([, value, precision, scale]) => [
      "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
      `${value?.trim()} cannot be represented as Decimal(${precision}, ${scale}). ${BYPASS}`,
    ],
  ],
  [
    /Type (\w+) with value (.+?) can't be cast because the value is out of range for the destination type (\w+)/,
    ([, , value, to]) => ["CAST_OVERFLOW", `The value ${value} cannot be cast to ${to} due to an overflow.`],
  ],
  [
    /Conversion Error: Date out of range: (.*)/,
    ([, date]) => [
      "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION",
      `Invalid date '${date}'. If necessary set "ansi_mode" to "false" to bypass this error.`,
    ],
  ],
  [/Conversion Error: (.*)/, ([, text = ""]) => ["CAST_INVALID_INPUT", text]],
  [
    /column (.+?) must appear in the GROUP BY clause/,
    () => [
      "MISSING_AGGREGATION",
      "A non-aggregating expression is based on columns which are not participating in the GROUP BY clause. Add the columns or the expression to the GROUP BY, aggregate the expression, or use any_value.",
    ],
  ],
  [
    /More than one row returned by a subquery/,
    () => [
      "SCALAR_SUBQUERY_TOO_MANY_ROWS",
      "More than one row returned by a subquery used as an expression.",
    ],
  ],
  [
    /NOT NULL constraint failed: (\S+)/,
    ([, column = ""]) => [
      "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
      `NOT NULL constraint violated for column: ${column.split(".").at(-1)}.`,
    ],
  ],
  [/Out of Range Error: (.*)/, ([, text = ""]) => ["OUT_OF_RANGE", text]],
  [
    /Map keys must be unique/,
    () => ["DUPLICATED_MAP_KEY", "Duplicate map key was found, please check the input data."],
  ],
  [/Map keys can not be NULL/, () => ["NULL_MAP_KEY", "Cannot use null as map key."]],
  [
    /map key list does not align with the map value list/,
    () => ["INVALID_PARAMETER_VALUE", "The key array and value array of MapData must have the same length."],
  ],
  [/interval cannot be 0/, () => ["INVALID_PARAMETER_VALUE", "The step of range must not be 0."]],
  [
    /Invalid input for hex digit/,
    () => ["CONVERSION_INVALID_INPUT", 'The value cannot be converted to "BINARY" because it is malformed.'],
  ],
  [
    /Unknown TimeZone '([^']*)'/,
    ([, zone = ""]) => ["INVALID_TIMEZONE", `The timezone: ${zone} is invalid.`],
  ],
  [
    /subqueries in lambda expressions are not supported|Not implemented Error: .*(?:correlated|subquer)/i,
    () => [
      "UNSUPPORTED_FEATURE.SUBQUERY",
      "The feature is not supported by the local SQL engine: a subquery in this place. Select it in FROM first.",
    ],
  ],
  [/Permission Error/, () => ["PERMISSION_DENIED", "The files of this path cannot be read."]],
  [/No files found that match the pattern "?([^"]*)"?/, () => ["PATH_NOT_FOUND", "Path does not exist."]],
];
