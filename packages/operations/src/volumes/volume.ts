import * as z from "zod";
import { settledEnum } from "../open-enum.ts";
import { fullName, schemaObjectFields } from "../securable-fields.ts";
import { schemaParams, securableName } from "../securable-name.ts";

export const volume = z
  .object({
    name: z.string().describe("The volume's name."),
    full_name: fullName("`catalog.schema.volume`.", "catalog_name", "schema_name", "name"),
    volume_type: settledEnum("VolumeType", ["MANAGED", "EXTERNAL"], "Where its files are.").optional(),
    volume_id: z.string().optional().describe("Databricks' id of the volume."),
    ...schemaObjectFields,
  })
  .meta({ id: "Volume" });

/** The parameters that name a volume. */
export const volumeParams = {
  ...schemaParams,
  name: securableName.describe("The volume's name, without catalog and schema."),
};

export const volumeComment = z.string().max(4096).optional().describe("The comment of a new volume.");

export const volumeExample = {
  name: "files",
  full_name: "main.default.files",
  catalog_name: "main",
  schema_name: "default",
  volume_type: "MANAGED",
};
