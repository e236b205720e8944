import { operations, slugFromName } from "@front-door/operations";
import * as z from "zod";
import type { CreationBody } from "./operation-routes.ts";

const { name, ...otherParams } = operations.ensure_volume.params.shape;
const exactlyOne = "exactly one of name and display_name is needed";

const schema = z
  .strictObject({
    ...otherParams,
    name: name
      .optional()
      .describe("The volume's exact name, without catalog and schema. Either this or `display_name`."),
    display_name: z
      .string()
      .max(1024, "must be at most 1024 characters")
      .optional()
      .describe(
        "A person's free text, out of which the name is made: lower-case ASCII letters, digits and underscores. The same text always gives the same name.",
      ),
  })
  .refine((body) => (body.name === undefined) !== (body.display_name === undefined), {
    path: ["name"],
    message: exactlyOne,
  })
  .meta({
    id: "VolumeToEnsure",
    override: { oneOf: [{ required: ["name"] }, { required: ["display_name"] }] },
  });

/** A volume by its exact name, or by a person's words for it. */
export const volumeToEnsure: CreationBody<typeof schema> = {
  schema,
  example: { catalog: "main", schema: "default", display_name: "Uploads of the sales app" },
  toParams({ display_name: displayName, ...params }) {
    return displayName === undefined ? params : { ...params, name: slugFromName(displayName) };
  },
};
