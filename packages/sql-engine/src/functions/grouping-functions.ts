import { type ErrorClass, SqlError } from "../sql-error.ts";
import { type Typed, typed } from "../translate/typed.ts";
import { BIGINT, TINYINT } from "../types/data-type.ts";
import { aggregate, type CallSite, type Functions, MANY, type WriteAggregate } from "./definition.ts";

export const groupingFunctions: Functions = {
  grouping: aggregate(1, 1, (args, site, write) =>
    typed(`CAST(${grouping(args, site, write)} AS TINYINT)`, TINYINT),
  ),
  grouping_id: aggregate(0, MANY, (args, site, write) =>
    typed(`CAST(${grouping(args, site, write)} AS BIGINT)`, BIGINT),
  ),
};

/** Checks the arguments as Spark does: `grouping_id` takes all keys in their order, or none. */
function grouping(args: Typed[], site: CallSite, write: WriteAggregate): string {
  const { scope, translation, node } = site;
  const fail = (errorClass: ErrorClass, text: string) =>
    new SqlError(errorClass, text, translation.position(node.at));
  if (scope.groupingKeys === undefined)
    throw fail(
      "UNSUPPORTED_GROUPING_EXPRESSION",
      "grouping()/grouping_id() can only be used with GroupingSets/Cube/Rollup.",
    );
  const keys = scope.groupingKeys.map((key) => translation.expression(key, scope).sql);
  const given = args.length === 0 ? keys : args.map((arg) => arg.sql);
  if (site.name === "grouping" && !keys.includes(given[0] ?? ""))
    throw fail("GROUPING_COLUMN_MISMATCH", "The column of grouping is not one of the grouping columns.");
  if (site.name === "grouping_id" && given.join() !== keys.join())
    throw fail(
      "GROUPING_ID_COLUMN_MISMATCH",
      "The columns of grouping_id do not match the grouping columns.",
    );
  return write("grouping", given);
}
