import * as z from "zod";
import { queryColumn } from "./query-column.ts";

/** The JSON document with rows. */
export const queryResult = z
  .object({
    columns: z.array(queryColumn).describe("The columns, in the order of the values in each row."),
    rows: z
      .array(z.array(z.unknown()))
      .describe(
        "The rows, each an array of values by position. docs/query-results.md says how each type is written.",
      ),
    row_count: z.int().nonnegative().describe("How many rows this is."),
    truncated: z.boolean().describe("Whether the row limit left out some rows."),
  })
  .meta({ id: "QueryResult" });
