import { quoteText } from "../duckdb/quote.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import { cast } from "../translate/cast.ts";
import { wrongType } from "../translate/coerce.ts";
import { isConstant } from "../translate/constant.ts";
import { type Typed, typed } from "../translate/typed.ts";
import { array, DOUBLE, isInterval, isNumeric } from "../types/data-type.ts";
import {
  aggregate,
  argument,
  type CallSite,
  type Functions,
  named,
  type WriteAggregate,
} from "./definition.ts";
import { numeric } from "./params.ts";

export const percentileFunctions: Functions = {
  median: aggregate(1, 1, ([v], site, write) =>
    typed(write("median", [argument(refuseInterval(v as Typed, site), DOUBLE, site).sql]), DOUBLE),
  ),
  percentile: aggregate(2, 2, ([v, p], site, write) => {
    const value = argument(refuseInterval(v as Typed, site), DOUBLE, site);
    return quantile("quantile_cont", value, p as Typed, site.node.args[1], site, write);
  }),
  ...named(
    "percentile_approx approx_percentile",
    aggregate(2, 3, ([v, p], site, write) => {
      const value = numeric(refuseInterval(v as Typed, site), site);
      return quantile("quantile_disc", value, p as Typed, site.node.args[1], site, write);
    }),
  ),
  percentile_cont: aggregate(1, 1, ([p], site, write) => ordered("quantile_cont", p as Typed, site, write)),
  percentile_disc: aggregate(1, 1, ([p], site, write) => ordered("quantile_disc", p as Typed, site, write)),
};

/** One share, or an array of them. */
function quantile(
  name: string,
  value: Typed,
  share: Typed,
  written: Expression | undefined,
  site: CallSite,
  write: WriteAggregate,
): Typed {
  checkShares(written, site);
  if (share.type.kind === "array")
    return typed(write(name, [value.sql, cast(share, array(DOUBLE)).sql]), array(value.type));
  // DuckDB takes only a constant, which the cast of a text is not.
  const constant =
    typeof share.literal === "string" ? `CAST(${quoteText(share.literal)} AS DOUBLE)` : undefined;
  return typed(write(name, [value.sql, constant ?? argument(share, DOUBLE, site).sql]), value.type);
}

/** `percentile_cont(0.5) WITHIN GROUP (ORDER BY x DESC)`. In descending order these are the negated values' percentiles. */
function ordered(name: string, share: Typed, site: CallSite, write: WriteAggregate): Typed {
  const { translation, node } = site;
  const [item] = node.withinGroup ?? [];
  if (item === undefined)
    throw unsupported("WITHIN_GROUP", `${site.name} without WITHIN GROUP`, translation.position(node.at));
  const given = refuseInterval(translation.expression(item.expression, site.scope), site);
  if (!isNumeric(given.type)) throw wrongType(given.type, "a numeric type", site.name, translation, node.at);
  const value = cast(given, DOUBLE);
  if (!item.descending) return quantile(name, value, share, node.args[0], site, write);
  const negated = quantile(name, { ...value, sql: `(-${value.sql})` }, share, node.args[0], site, write);
  return {
    ...negated,
    sql: share.type.kind === "array" ? `list_transform(${negated.sql}, lambda p: -p)` : `(-${negated.sql})`,
  };
}

function checkShares(written: Expression | undefined, site: CallSite): void {
  if (written === undefined) return;
  const shares = written.kind === "call" && written.name === "array" ? written.args : [written];
  if (!shares.every(isConstant))
    throw new SqlError(
      "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
      `Cannot resolve "${site.name}" due to data type mismatch: the input \`percentage\` should be a foldable "DOUBLE" expression.`,
      site.translation.position(site.node.at),
    );
  if (shares.some((one) => one.kind === "null"))
    throw new SqlError(
      "DATATYPE_MISMATCH.UNEXPECTED_NULL",
      `Cannot resolve "${site.name}" due to data type mismatch: The \`percentage\` must not be null.`,
      site.translation.position(site.node.at),
    );
  const outside = shares.find(
    (one) => one.kind === "number" && !(Number(one.text) >= 0 && Number(one.text) <= 1),
  );
  if (outside === undefined) return;
  const text = `Cannot resolve "${site.name}" due to data type mismatch: The percentage must be between [0.0, 1.0].`;
  throw new SqlError("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", text, site.translation.position(outside.at));
}

function refuseInterval(value: Typed, site: CallSite): Typed {
  if (isInterval(value.type))
    throw unsupported(
      "INTERVAL_PERCENTILE",
      `${site.name} of intervals`,
      site.translation.position(site.node.at),
    );
  return value;
}
