import * as z from "zod";
import { epochMs } from "../epoch-ms.ts";

export const catalog = z
  .object({
    name: z.string().describe("The catalog's name."),
    comment: z.string().optional().describe("What its owner wrote about it."),
    owner: z.string().optional().describe("The user, group or service principal that owns it."),
    catalog_type: z.string().optional().describe("`MANAGED_CATALOG`, `FOREIGN_CATALOG`, `SYSTEM_CATALOG`, …"),
    created_at: epochMs.optional().describe("When it was made, in milliseconds since 1970."),
    created_by: z.string().optional().describe("Who made it."),
    updated_at: epochMs.optional().describe("When it was last changed, in milliseconds since 1970."),
    updated_by: z.string().optional().describe("Who last changed it."),
  })
  .meta({ id: "Catalog" });
