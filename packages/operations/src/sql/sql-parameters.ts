import * as z from "zod";

const parametersMax = 10_000;
const decimalLengthMax = 100;
const integerTypes = ["TINYINT", "SMALLINT", "INT", "BIGINT"];
const otherTypes = [
  "STRING",
  "BOOLEAN",
  "FLOAT",
  "DOUBLE",
  "DECIMAL",
  "DATE",
  "TIMESTAMP",
  "TIMESTAMP_NTZ",
  "INTERVAL MONTH",
  "INTERVAL DAY",
  "VOID",
];
/** Databricks' other names of its types. */
const aliases: Readonly<Record<string, string>> = {
  BYTE: "TINYINT",
  SHORT: "SMALLINT",
  INTEGER: "INT",
  LONG: "BIGINT",
  REAL: "FLOAT",
  DEC: "DECIMAL",
  NUMERIC: "DECIMAL",
  TIMESTAMP_LTZ: "TIMESTAMP",
};
// The type becomes part of Databricks' grammar, so only known types are allowed.
const typePattern = new RegExp(
  `^(?:${[...integerTypes, ...otherTypes].join("|")}|DECIMAL\\s*\\(\\s*\\d{1,2}\\s*(?:,\\s*\\d{1,2}\\s*)?\\))$`,
);

/** In the API document: any spelling of a type in upper case. */
const documentedPattern = `^(?:${[...integerTypes, ...otherTypes, ...Object.keys(aliases)].join("|")}|(?:DECIMAL|NUMERIC|DEC)\\(\\d{1,2}(?:,\\d{1,2})?\\))$`;

/** The JSON parser has already rounded a larger number. */
const exactNumber = z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), {
  message:
    'is beyond what a JSON number holds exactly (2^53): write it as { "value": "<digits>", "type": "BIGINT" }, or a floating-point number as { "value": 1e16, "type": "DOUBLE" }',
});
const wellFormedText = z.string().refine((text) => text.isWellFormed(), "must be well-formed Unicode");
const plainValue = z.union([wellFormedText, exactNumber, z.boolean(), z.null()]);

const typedValue = z
  .strictObject({
    value: z
      .union([wellFormedText, z.number(), z.boolean(), z.null()])
      .describe("The value. Write a number that JSON cannot hold exactly as a string of its digits."),
    type: z
      .string()
      .transform((type) => type.toUpperCase().replace(/^[A-Z_]+/, (name) => aliases[name] ?? name))
      .pipe(z.string().regex(typePattern, `must be one of ${[...integerTypes, ...otherTypes].join(", ")}`))
      .meta({ pattern: documentedPattern })
      .describe(
        "The type of the value: STRING, BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL, DECIMAL(p,s), DATE, TIMESTAMP, TIMESTAMP_NTZ, INTERVAL MONTH, INTERVAL DAY or VOID. Databricks' other names are accepted: NUMERIC, DEC, INTEGER, LONG, SHORT, BYTE, REAL, TIMESTAMP_LTZ.",
      ),
  })
  .refine(({ value, type }) => !integerTypes.includes(type) || isInteger(value), {
    path: ["value"],
    message: "must be a whole number; write one beyond 2^53 as a string of its digits",
  })
  .refine(({ value, type }) => !type.startsWith("DECIMAL") || hasItsDigits(value), {
    path: ["value"],
    message: "has more digits than a JSON number holds exactly: write it as a string",
  })
  .refine(({ value, type }) => type !== "DECIMAL" || isPlainDecimal(value), {
    path: ["value"],
    message: "must be written with at most 38 digits and no exponent, or with a type DECIMAL(p,s)",
  })
  .refine(({ value, type }) => type !== "VOID" || value === null, {
    path: ["value"],
    message: "must be null: VOID has no other value",
  })
  // JSON.stringify writes -0 as 0 on the way to the gateway.
  .transform(({ value, type }) => ({
    value: Object.is(value, -0) && (type === "DOUBLE" || type === "FLOAT") ? "-0.0" : value,
    type,
  }))
  .meta({ id: "TypedParameter" });

function isInteger(value: string | number | boolean | null): boolean {
  if (value === null || typeof value === "boolean") return value === null;
  return typeof value === "number" ? Number.isSafeInteger(value) : /^[+-]?\d{1,38}$/.test(value);
}

/** A double holds 15 significant digits exactly. The JSON parser may have changed a longer number. */
function hasItsDigits(value: string | number | boolean | null): boolean {
  if (typeof value !== "number") return true;
  if (Number.isInteger(value)) return Number.isSafeInteger(value);
  const [digits = ""] = String(Math.abs(value)).split("e");
  return digits.replace(".", "").replace(/^0+/, "").length <= 15;
}

/** A DECIMAL without a precision takes the value's own, which must fit. */
function isPlainDecimal(value: string | number | boolean | null): boolean {
  if (value === null) return true;
  const text = String(value);
  if (text.length > decimalLengthMax || !/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text)) return false;
  const digits = text.replace(/^[+-]?0*/, "").replace(".", "");
  return digits.length <= 38;
}

/**
 * One value of a statement. Its type follows from the value, unless it is given as `{ value, type }`: a whole number is an
 * INT, or a BIGINT if it is too large for an INT; any other number is a DOUBLE; a string is a STRING.
 */
const sqlParameter = z.union([typedValue, plainValue], {
  error: "must be a string, a number, true, false, null or { value, type }",
});

export type SqlParameter = z.output<typeof sqlParameter>;

const parameterName = z.string().regex(/^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,254}$/, {
  error: "must be letters, digits and underscores",
});

/** Counts the parameters before the schema looks at any of them: too many are refused at once. */
function counted<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((params, context) => {
    if (typeof params === "object" && params !== null && Object.keys(params).length > parametersMax) {
      context.addIssue(`must have at most ${parametersMax} parameters`);
    }
    return params;
  }, schema);
}

const byName = z.record(parameterName, sqlParameter);
const byPosition = z.array(sqlParameter).max(parametersMax);

/** The values for a statement's markers. */
export const sqlParameters = counted(
  z.union([byName, byPosition], {
    error: "must be an object of named values, or an array of positional ones",
  }),
)
  .optional()
  .describe(
    "Values for the statement's markers: an object for `:name`, an array for `?`. Each is a plain value, or `{ value, type }` to set the type.",
  );

export type SqlParameters = NonNullable<z.output<typeof sqlParameters>>;
