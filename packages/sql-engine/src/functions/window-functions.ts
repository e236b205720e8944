import { cast } from "../translate/cast.ts";
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
      typed(`CAST(ntile(${n === undefined ? "1" : argument(n, INT, site).sql}) ${over} AS INTEGER)`, INT),
  },
  lag: neighbour("lag"),
  lead: neighbour("lead"),
  nth_value: {
    kind: "window",
    min: 2,
    max: 2,
    build: ([value, n], site, over) =>
      typed(
        `nth_value(${value?.sql}, ${argument(n as Typed, INT, site).sql}${nulls(site)}) ${over}`,
        (value as Typed).type,
      ),
  },
};
