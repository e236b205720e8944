import { unsupported } from "../sql-error.ts";
import { cast } from "../translate/cast.ts";
import { emptyArrayOf } from "../translate/cast-nested.ts";
import { wrongType } from "../translate/coerce.ts";
import { decimalQuotient, truth } from "../translate/operators.ts";
import { orderable } from "../translate/orderable.ts";
import { bind, type Typed, typed } from "../translate/typed.ts";
import {
  array,
  BIGINT,
  BOOLEAN,
  type DataType,
  DOUBLE,
  decimal,
  isFloating,
  isInterval,
  isNumeric,
  STRING,
} from "../types/data-type.ts";
import { decimalOf } from "../types/decimal-rules.ts";
import { duckType } from "../types/duck-type.ts";
import {
  argument,
  type CallSite,
  type FunctionDefinition,
  type Functions,
  MANY,
  named,
  type WriteAggregate,
} from "./definition.ts";
import { numeric } from "./params.ts";

const aggregate = (
  min: number,
  max: number,
  build: (args: Typed[], site: CallSite, write: WriteAggregate) => Typed,
): FunctionDefinition => ({
  kind: "aggregate",
  min,
  max,
  build,
});
/** Returns its argument's type. */
const same = (name: string): FunctionDefinition =>
  aggregate(1, 1, ([v], _, write) => typed(write(name, [v?.sql ?? ""]), (v as Typed).type));
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
  median: doubles("median"),
  ...named("bool_and every", logical("bool_and")),
  ...named("bool_or any some", logical("bool_or")),
  bit_and: same("bit_and"),
  bit_or: same("bit_or"),
  bit_xor: same("bit_xor"),
  ...named(
    "collect_list array_agg",
    aggregate(1, 1, (args, _, write) => collect(args, write)),
  ),
  collect_set: aggregate(1, 1, ([v], _, write) => {
    const value = v as Typed;
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
  percentile: aggregate(2, 2, ([v, p], site, write) =>
    percentile(v as Typed, p as Typed, site, write, "quantile_cont"),
  ),
  ...named(
    "percentile_approx approx_percentile",
    aggregate(2, 3, ([v, p], site, write) =>
      percentile(v as Typed, p as Typed, site, write, "quantile_disc"),
    ),
  ),
  percentile_cont: aggregate(1, 1, ([p], site, write) => ordered(p as Typed, site, write, "quantile_cont")),
  percentile_disc: aggregate(1, 1, ([p], site, write) => ordered(p as Typed, site, write, "quantile_disc")),
  ...named(
    "string_agg listagg",
    aggregate(1, 2, (args, site, write) => joined(args, site, write)),
  ),
  grouping: aggregate(1, 1, ([v], _, write) =>
    typed(`CAST(${write("grouping", [v?.sql ?? ""])} AS TINYINT)`, { kind: "tinyint" }),
  ),
  grouping_id: aggregate(1, MANY, (args, _, write) =>
    typed(
      `CAST(${write(
        "grouping",
        args.map((arg) => arg.sql),
      )} AS BIGINT)`,
      BIGINT,
    ),
  ),
};

function count(args: Typed[], site: CallSite, write: WriteAggregate): Typed {
  const [first] = args;
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

function percentile(value: Typed, share: Typed, site: CallSite, write: WriteAggregate, name: string): Typed {
  const exact = name === "quantile_disc";
  const input = exact ? numeric(value, site) : argument(value, DOUBLE, site);
  const element = exact ? input.type : DOUBLE;
  if (share.type.kind === "array")
    return typed(write(name, [input.sql, cast(share, array(DOUBLE)).sql]), array(element));
  return typed(write(name, [input.sql, argument(share, DOUBLE, site).sql]), element);
}

/** `percentile_cont(0.5) WITHIN GROUP (ORDER BY x DESC)` */
function ordered(share: Typed, site: CallSite, write: WriteAggregate, name: string): Typed {
  const [item] = site.node.withinGroup ?? [];
  if (item === undefined)
    throw unsupported(
      "WITHIN_GROUP",
      `${site.name} without WITHIN GROUP`,
      site.translation.position(site.node.at),
    );
  const value = site.translation.expression(item.expression, site.scope);
  if (!isNumeric(value.type))
    throw wrongType(value.type, "a numeric type", site.name, site.translation, site.node.at);
  const p = argument(share, DOUBLE, site).sql;
  const input = name === "quantile_cont" ? cast(value, DOUBLE) : value;
  if (item.descending && name === "quantile_disc")
    throw unsupported("WITHIN_GROUP_DESC", "percentile_disc in descending order");
  return typed(write(name, [input.sql, item.descending ? `(1 - ${p})` : p]), input.type);
}

function joined([v, separator]: Typed[], site: CallSite, write: WriteAggregate): Typed {
  const value = argument(v as Typed, STRING, site).sql;
  const delimiter = separator === undefined ? "''" : argument(separator, STRING, site).sql;
  const order = (site.node.withinGroup ?? []).map((item) => {
    const key = orderable(site.translation.expression(item.expression, site.scope)).sql;
    return `${key} ${item.descending ? "DESC" : "ASC"} NULLS ${item.nullsFirst ? "FIRST" : "LAST"}`;
  });
  return typed(
    write("string_agg", [value, delimiter], order.length === 0 ? {} : { orderBy: order.join(", ") }),
    STRING,
  );
}
