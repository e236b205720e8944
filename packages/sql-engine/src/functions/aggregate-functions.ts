import { macro } from "../duckdb/macros.ts";
import { sessionMode } from "../session-mode.ts";
import { SqlError } from "../sql-error.ts";
import { cast, wrapped } from "../translate/cast.ts";
import { emptyArrayOf } from "../translate/cast-nested.ts";
import { wrongType } from "../translate/coerce.ts";
import { isConstant } from "../translate/constant.ts";
import { decimalQuotient } from "../translate/decimal-quotient.ts";
import { refuseMap } from "../translate/map-order.ts";
import { truth } from "../translate/operators.ts";
import { orderable } from "../translate/orderable.ts";
import { bind, type Typed, typed } from "../translate/typed.ts";
import {
  array,
  BIGINT,
  BOOLEAN,
  DAY_TIME,
  type DataType,
  DOUBLE,
  decimal,
  isFloating,
  isIntegral,
  isInterval,
  STRING,
  YEAR_MONTH,
} from "../types/data-type.ts";
import { decimalOf } from "../types/decimal-rules.ts";
import { duckType } from "../types/duck-type.ts";
import {
  aggregate,
  argument,
  type CallSite,
  type FunctionDefinition,
  type Functions,
  MANY,
  named,
  type WriteAggregate,
} from "./definition.ts";
import { numeric } from "./params.ts";

/** Returns its argument's type. */
const same = (name: string): FunctionDefinition =>
  aggregate(1, 1, ([v], _, write) => typed(write(name, [v?.sql ?? ""]), (v as Typed).type));
const bitwise = (name: string): FunctionDefinition =>
  aggregate(1, 1, ([v], site, write) => {
    const value = v as Typed;
    const number = value.type.kind === "void" ? cast(value, BIGINT) : value;
    if (!isIntegral(number.type))
      throw wrongType(value.type, "an integral type", site.name, site.translation, site.node.at);
    return typed(write(name, [number.sql]), number.type);
  });
/** The smallest or largest value. */
const extreme = (name: string): FunctionDefinition =>
  aggregate(1, 1, ([v], _, write) => typed(write(name, [orderable(v as Typed).sql]), (v as Typed).type));
const doubles = (name: string, count = 1): FunctionDefinition =>
  aggregate(count, count, (args, site, write) =>
    typed(
      write(
        name,
        args.map((arg) => argument(arg, DOUBLE, site).sql),
      ),
      DOUBLE,
    ),
  );
const logical = (name: string): FunctionDefinition =>
  aggregate(1, 1, ([v], site, write) =>
    typed(write(name, [truth(v as Typed, site.name, site.translation, site.node.at)]), BOOLEAN),
  );

export const aggregateFunctions: Functions = {
  count: aggregate(0, MANY, count),
  ...named(
    "count_if",
    aggregate(1, 1, ([v], site, write) => {
      const condition = truth(v as Typed, site.name, site.translation, site.node.at);
      return typed(write("count", [`CASE WHEN ${condition} THEN 1 END`]), BIGINT);
    }),
  ),
  sum: aggregate(1, 1, ([v], site, write) => sum(v as Typed, site, write)),
  ...named(
    "avg mean",
    aggregate(1, 1, ([v], site, write) => average(v as Typed, site, write)),
  ),
  min: extreme("min"),
  max: extreme("max"),
  ...named("stddev stddev_samp std", doubles("stddev_samp")),
  stddev_pop: doubles("stddev_pop"),
  ...named("variance var_samp", doubles("var_samp")),
  var_pop: doubles("var_pop"),
  // For a single row Spark returns NULL, DuckDB NaN.
  corr: aggregate(2, 2, (args, site, write) => {
    const values = args.map((arg) => argument(arg, DOUBLE, site).sql);
    return typed(`CASE WHEN ${write("regr_count", values)} > 1 THEN ${write("corr", values)} END`, DOUBLE);
  }),
  covar_pop: doubles("covar_pop", 2),
  covar_samp: doubles("covar_samp", 2),
  ...named("bool_and every", logical("bool_and")),
  ...named("bool_or any some", logical("bool_or")),
  bit_and: bitwise("bit_and"),
  bit_or: bitwise("bit_or"),
  bit_xor: bitwise("bit_xor"),
  ...named(
    "collect_list array_agg",
    aggregate(1, 1, (args, _, write) => collect(args, write)),
  ),
  collect_set: aggregate(1, 1, ([v], _, write) => {
    const value = v as Typed;
    refuseMap(value.type, "collect_set");
    return typed(
      `coalesce(${write("list", [`DISTINCT ${value.sql}`], { filter: `${value.sql} IS NOT NULL`, plain: true })}, ${emptyArrayOf(value.type)})`,
      array(value.type),
    );
  }),
  ...named(
    "first first_value",
    aggregate(1, 2, (args, site, write) => edge("first", args, site, write)),
  ),
  ...named(
    "last last_value",
    aggregate(1, 2, (args, site, write) => edge("last", args, site, write)),
  ),
  any_value: aggregate(1, 2, (args, site, write) => edge("first", args, site, write)),
  max_by: aggregate(2, 2, ([v, key], _, write) =>
    typed(write("arg_max_null", [v?.sql ?? "", orderable(key as Typed).sql]), (v as Typed).type),
  ),
  min_by: aggregate(2, 2, ([v, key], _, write) =>
    typed(write("arg_min_null", [v?.sql ?? "", orderable(key as Typed).sql]), (v as Typed).type),
  ),
  mode: same("mode"),
  // Exact, hence within any error asked for.
  approx_count_distinct: aggregate(1, 2, ([v], _, write) =>
    typed(write("count", [`DISTINCT ${v?.sql}`], { plain: true }), BIGINT),
  ),
  ...named(
    "string_agg listagg",
    aggregate(1, 2, (args, site, write) => joined(args, site, write)),
  ),
};

function count(args: Typed[], site: CallSite, write: WriteAggregate): Typed {
  const [first] = args;
  const [star] = site.node.args;
  if (star === undefined)
    throw new SqlError(
      "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
      "The `count` requires > 0 parameters but the actual number is 0.",
      site.translation.position(site.node.at),
    );
  if (star?.kind === "star" && star.qualifier.length > 0) {
    const text = `count(${star.qualifier.join(".")}.*) is not allowed. Use count(*), or list the columns.`;
    throw new SqlError("_LEGACY_ERROR_TEMP_1021", text, site.translation.position(star.at));
  }
  if (first === undefined) return typed(write("count", ["*"], { plain: true }), BIGINT);
  if (args.length === 1) return typed(write("count", [first.sql]), BIGINT);
  // Rows with a NULL argument do not count.
  const all = args.map((arg) => `${arg.sql} IS NOT NULL`).join(" AND ");
  const value = site.node.distinct ? `row(${args.map((arg) => arg.sql).join(", ")})` : "1";
  return typed(write("count", [`CASE WHEN ${all} THEN ${value} END`]), BIGINT);
}

const sumType = (type: DataType): DataType => {
  if (type.kind === "decimal") return decimal(Math.min(38, type.precision + 10), type.scale);
  return isFloating(type) ? DOUBLE : BIGINT;
};

/** DuckDB sums integers in 128 bits. Databricks uses 64 and fails on overflow. */
function sum(value: Typed, site: CallSite, write: WriteAggregate): Typed {
  if (isInterval(value.type))
    return typed(`CAST(${write("sum", [value.sql])} AS ${duckType(value.type)})`, value.type);
  const number = numeric(value, site);
  const type = sumType(number.type);
  const input = type.kind === "double" ? cast(number, DOUBLE).sql : number.sql;
  if (type.kind === "bigint" && !sessionMode().ansi) return typed(wrapped(write("sum", [input]), type), type);
  if (type.kind === "bigint") {
    const failure =
      "error('[ARITHMETIC_OVERFLOW] long overflow. Use ''try_sum'' to tolerate overflow and return NULL instead. If necessary set \"ansi_mode\" to \"false\" to bypass this error.')";
    return typed(
      bind(
        write("sum", [input]),
        (s) => `coalesce(TRY_CAST(${s} AS BIGINT), CASE WHEN ${s} IS NOT NULL THEN ${failure} END)`,
      ),
      type,
    );
  }
  return typed(`CAST(${write("sum", [input])} AS ${duckType(type)})`, type);
}

function average(value: Typed, site: CallSite, write: WriteAggregate): Typed {
  if (isInterval(value.type)) {
    const type = value.type.kind === "interval_ym" ? YEAR_MONTH : DAY_TIME;
    const [total, rows] = ["sum", "count"].map((name) => `CAST(${write(name, [value.sql])} AS HUGEINT)`);
    const quotient = macro("half_up_quotient", total ?? "", `nullif(${rows}, 0)`);
    return typed(`CAST(${quotient} AS ${duckType(type)})`, type);
  }
  const number = numeric(value, site);
  if (number.type.kind !== "decimal")
    return typed(write("avg", [cast(number, isFloating(number.type) ? DOUBLE : number.type).sql]), DOUBLE);
  const { precision, scale } = number.type;
  const result = decimal(Math.min(38, precision + 4), Math.min(38, scale + 4));
  const total = sum(number, site, write);
  const counted = typed(`CAST(${write("count", [number.sql])} AS DECIMAL(20,0))`, decimal(20, 0));
  const divisor = typed(`nullif(${counted.sql}, 0)`, decimalOf(counted.type) ?? counted.type);
  return typed(decimalQuotient(total, divisor, result), result);
}

function collect([v]: Typed[], write: WriteAggregate): Typed {
  const value = v as Typed;
  return typed(
    `coalesce(${write("list", [value.sql], { filter: `${value.sql} IS NOT NULL` })}, ${emptyArrayOf(value.type)})`,
    array(value.type),
  );
}

function edge(name: "first" | "last", [v, ignore]: Typed[], site: CallSite, write: WriteAggregate): Typed {
  const value = v as Typed;
  if (ignore !== undefined && typeof ignore.literal !== "boolean")
    throw wrongType(ignore.type, "a literal", site.name, site.translation, site.node.at);
  const skipsNull = ignore?.literal === true || site.node.ignoreNulls === true;
  if (site.node.over !== undefined) {
    return typed(write(`${name}_value`, [skipsNull ? `${value.sql} IGNORE NULLS` : value.sql]), value.type);
  }
  return typed(write(name, [value.sql], skipsNull ? { filter: `${value.sql} IS NOT NULL` } : {}), value.type);
}

/** A separator that is NULL, or missing, is empty. */
function joined([v, separator]: Typed[], site: CallSite, write: WriteAggregate): Typed {
  const value = argument(v as Typed, STRING, site).sql;
  if (separator !== undefined && !isConstant(site.node.args[1]))
    throw new SqlError(
      "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
      `Cannot resolve "${site.name}" due to data type mismatch: the input \`delimiter\` should be a foldable "STRING" expression.`,
      site.translation.position(site.node.at),
    );
  const given = separator === undefined || separator.literal === null ? undefined : separator;
  const delimiter = given === undefined ? "''" : argument(given, STRING, site).sql;
  const order = (site.node.withinGroup ?? []).map((item) => {
    const key = orderable(site.translation.expression(item.expression, site.scope)).sql;
    return `${key} ${item.descending ? "DESC" : "ASC"} NULLS ${item.nullsFirst ? "FIRST" : "LAST"}`;
  });
  return typed(
    write("string_agg", [value, delimiter], order.length === 0 ? {} : { orderBy: order.join(", ") }),
    STRING,
  );
}
