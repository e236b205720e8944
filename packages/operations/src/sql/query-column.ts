import * as z from "zod";

/** A column of the result of a query or a statement. */
export const queryColumn = z
  .object({
    name: z.string().describe("The name. Several columns can have the same name, so go by position."),
    type: z.string().describe("The type's name without its parameters: `BIGINT`, `DECIMAL`, `ARRAY`, …"),
    type_text: z.string().describe("The whole type: `DECIMAL(10,2)`, `ARRAY<INT>`, …"),
    nullable: z.boolean().describe("Whether it can hold null."),
    position: z.int().nonnegative().describe("Its place in every row, from 0."),
  })
  .meta({ id: "QueryColumn" });

export type QueryColumn = z.output<typeof queryColumn>;
