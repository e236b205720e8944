import * as z from "zod";
import { columnType, columnTypeText } from "./column-type.ts";

/** A column of the result of a query or a statement. */
export const queryColumn = z
  .object({
    name: z.string().describe("The name. Several columns can have the same name, so go by position."),
    type: columnType,
    type_text: z.string().describe(columnTypeText),
    nullable: z.boolean().describe("Whether it can hold null."),
    position: z.int().nonnegative().describe("Its place in every row, from 0."),
  })
  .meta({ id: "QueryColumn" });

export type QueryColumn = z.output<typeof queryColumn>;
