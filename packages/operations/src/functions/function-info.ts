import * as z from "zod";
import { fullName, schemaObjectFields } from "../securable-fields.ts";
import { columnType, columnTypeText } from "../sql/column-type.ts";

const functionParameter = z
  .object({
    name: z.string().describe("The parameter's name."),
    type: columnType.optional(),
    type_text: z.string().optional().describe(columnTypeText),
    position: z.int().optional().describe("Its place among the parameters, from 0."),
    parameter_default: z.string().optional().describe("The default value, as SQL writes it."),
    comment: z.string().optional().describe("The parameter's comment."),
  })
  .meta({ id: "FunctionParameter" });

export const functionInfo = z
  .object({
    name: z.string().describe("The function's name."),
    full_name: fullName("`catalog.schema.function`.", "catalog_name", "schema_name", "name"),
    return_type: columnType.optional(),
    return_type_text: z.string().optional().describe("The whole type of its result: `DECIMAL(10,2)`, …"),
    parameters: z.array(functionParameter).optional().describe("Its parameters, in order."),
    routine_body: z.string().optional().describe("`SQL`, or `EXTERNAL` for a function in another language."),
    external_language: z.string().optional().describe("The language of an external function: `Python`."),
    routine_definition: z.string().optional().describe("Its body."),
    ...schemaObjectFields,
  })
  .meta({ id: "Function" });

export const exampleFunction = {
  name: "net_amount",
  full_name: "main.sales.net_amount",
  catalog_name: "main",
  schema_name: "sales",
  return_type: "DECIMAL",
  return_type_text: "DECIMAL(10,2)",
  parameters: [{ name: "gross", type: "DECIMAL", type_text: "DECIMAL(10,2)", position: 0 }],
  routine_body: "SQL",
};
