import { catalogSchemaPattern, parseCatalogSchema } from "@front-door/operations";
import * as z from "zod";
import { sendJson } from "../http/send-json.ts";
import type { Route } from "../routing/route.ts";
import { readUcSchema, writeUcSchema } from "../settings/uc-schema-setting.ts";

const ucSchema = z
  .strictObject({
    schema: z
      .string()
      .max(1024, "must be at most 1024 characters")
      .meta({ pattern: catalogSchemaPattern })
      .nullable()
      .describe("`catalog.schema`, with backticks around a part that needs them. null: none is chosen."),
  })
  .meta({ id: "UcSchema" });

const common = { tag: "Settings", path: "/api/settings/uc-schema", errors: ["RESOURCE_CONFLICT"] } as const;
const example = { schema: "main.default" };

export const getUcSchema: Route = {
  ...common,
  method: "get",
  operationId: "get_uc_schema",
  summary: "The Unity Catalog schema that this installation works in.",
  replies: { 200: { description: "The schema, or null.", json: ucSchema, example } },
  async handle({ res }, { settingsFile }) {
    sendJson(res, 200, { schema: (await readUcSchema(settingsFile))?.text ?? null });
  },
};

export const putUcSchema: Route = {
  ...common,
  method: "put",
  operationId: "put_uc_schema",
  summary: "Chooses the Unity Catalog schema that this installation works in, or none.",
  description:
    "Queries and statements that name no catalog, no schema and no workspace run in it. `{ \"schema\": null }` clears it. It must exist, and the caller's identity must see it (`get_schema`). Stored in the front door's settings file as `AGENT_BUILDER_UC_SCHEMA`, for all callers. Everything else in the file stays as it is. A caller needs the operation `put_uc_schema`: as an operation of the API key, or by `SETTINGS_EDITORS`. The gateway's `READ_ONLY` and `ALLOWED_OPERATIONS` apply too.",
  jsonBody: { schema: ucSchema, description: "The schema, or null for none.", example },
  replies: { 200: { description: "The schema as it is stored.", json: ucSchema, example } },
  errors: [
    ...common.errors,
    "CATALOG_DOES_NOT_EXIST",
    "SCHEMA_DOES_NOT_EXIST",
    "GATEWAY_UNAVAILABLE",
    "AUDIT_UNAVAILABLE",
    "INSUFFICIENT_STORAGE",
  ],
  async handle({ req, res, call }, { gateway, settingsFile, readJsonBody }) {
    await gateway.authorize("put_uc_schema", call);
    const body = await readJsonBody(req, res, ucSchema);
    const chosen = body.schema === null ? undefined : parseCatalogSchema(body.schema);
    if (chosen !== undefined) {
      await gateway.call("get_schema", { catalog: chosen.catalog, name: chosen.schema }, call);
    }
    await writeUcSchema(settingsFile, chosen);
    sendJson(res, 200, { schema: chosen?.text ?? null });
  },
};
