import * as z from "zod";
import { errorEnvelope } from "../errors.ts";
import { queryColumn } from "./query-column.ts";

/** A line of a result in NDJSON: the first one, those of the rows, and the last one, which says whether it is whole. */
export const queryLine = z
  .union([
    z.object({
      columns: z.array(queryColumn).describe("The columns, in the order of the values in each row."),
    }),
    z.array(z.unknown()).describe("A row: its values by position."),
    z.object({
      complete: z.literal(true).describe("Nothing is missing."),
      row_count: z.int().nonnegative().describe("How many rows are before this line."),
      truncated: z.boolean().describe("Whether the row limit left out some rows."),
    }),
    errorEnvelope,
  ])
  .describe("One line: first the columns, then a row in each, and last how it ended.")
  .meta({ id: "QueryLine" });
