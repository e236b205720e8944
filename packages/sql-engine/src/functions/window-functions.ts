import { SqlError } from "../sql-error.ts";
import { cast } from "../translate/cast.ts";
import { isConstant } from "../translate/constant.ts";
import { type Typed, typed } from "../translate/typed.ts";
import { type DataType, DOUBLE, INT } from "../types/data-type.ts";
import { argument, type CallSite, type FunctionDefinition, type Functions } from "./definition.ts";

const ranking = (name: string, type: DataType = INT): FunctionDefinition => ({
  kind: "window",
  min: 0,
  max: 0,
  build: (_, __, over) =>
    typed(type === INT ? `CAST(${name}() ${over} AS INTEGER)` : `${name}() ${over}`, type),
});

/** Checks an argument that must be the same for all rows, and positive if it is a literal. */
function positive(value: Typed, place: number, what: string, site: CallSite): string {
  const fail = (errorClass: "NON_FOLDABLE_INPUT" | "VALUE_OUT_OF_RANGE", text: string) =>
    new SqlError(
      `DATATYPE_MISMATCH.${errorClass}`,
      `Cannot resolve "${site.name}" due to data type mismatch: ${text}`,
      site.translation.position(site.node.at),
    );
  if (!isConstant(site.node.args[place]))
    throw fail("NON_FOLDABLE_INPUT", `the input \`${what}\` should be a foldable "INT" expression.`);
  if (value.literal === null || (typeof value.literal === "number" && value.literal <= 0))
    throw fail("VALUE_OUT_OF_RANGE", `The ${what} must be positive (current value = ${value.literal}).`);
  return argument(value, INT, site).sql;
}

const neighbour = (name: "lag" | "lead"): FunctionDefinition => ({
  kind: "window",
  min: 1,
  max: 3,
  build(args, site, over) {
    const [value, offset, otherwise] = args as [Typed, Typed?, Typed?];
    const parts = [value.sql];
    if (offset !== undefined) parts.push(argument(offset, INT, site).sql);
    if (otherwise !== undefined) parts.push(cast(otherwise, value.type).sql);
    return typed(`${name}(${parts.join(", ")}${nulls(site)}) ${over}`, value.type);
  },
});

const nulls = (site: CallSite): string => (site.node.ignoreNulls === true ? " IGNORE NULLS" : "");

export const windowFunctions: Functions = {
  row_number: ranking("row_number"),
  rank: ranking("rank"),
  dense_rank: ranking("dense_rank"),
  percent_rank: ranking("percent_rank", DOUBLE),
  cume_dist: ranking("cume_dist", DOUBLE),
  ntile: {
    kind: "window",
    min: 0,
    max: 1,
    build: ([n], site, over) =>
      typed(
        `CAST(ntile(${n === undefined ? "1" : positive(n, 0, "buckets", site)}) ${over} AS INTEGER)`,
        INT,
      ),
  },
  lag: neighbour("lag"),
  lead: neighbour("lead"),
  nth_value: {
    kind: "window",
    min: 2,
    max: 2,
    build: ([value, n], site, over) =>
      typed(
        `nth_value(${value?.sql}, ${positive(n as Typed, 1, "offset", site)}${nulls(site)}) ${over}`,
        (value as Typed).type,
      ),
  },
};
