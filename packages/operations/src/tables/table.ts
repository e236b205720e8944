import * as z from "zod";
import { schemaObjectFields } from "../securable-fields.ts";

const column = z
  .object({
    name: z.string().describe("The column's name."),
    type_text: z.string().optional().describe("The type as SQL writes it: `decimal(10,2)`, `array<string>`."),
    type_name: z.string().optional().describe("The kind of type: `DECIMAL`, `ARRAY`."),
    position: z.int().optional().describe("Its place in the table, from 0."),
    nullable: z.boolean().optional().describe("Whether it can hold NULL."),
    comment: z.string().optional().describe("The column's comment."),
  })
  .meta({ id: "Column" });

export const table = z
  .object({
    name: z.string().describe("The table's name."),
    full_name: z.string().describe("`catalog.schema.table`."),
    table_type: z.string().optional().describe("`MANAGED`, `EXTERNAL`, `VIEW`, `MATERIALIZED_VIEW`, …"),
    data_source_format: z.string().optional().describe("`DELTA`, `PARQUET`, `CSV`, …"),
    columns: z.array(column).optional().describe("Its columns, in order."),
    ...schemaObjectFields,
  })
  .meta({ id: "Table" });
