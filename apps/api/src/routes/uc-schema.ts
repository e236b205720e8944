import { catalogSchemaPattern, normalizeCatalogSchema, OperationError } from "@front-door/operations";
import * as z from "zod";
import { sendJson } from "../http/send-json.ts";
import type { Route } from "../routing/route.ts";
import { UnwritableSettingError } from "../settings/settings-file.ts";

const settingName = "AGENT_BUILDER_UC_SCHEMA";

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
    const text = await settingsFile.read(settingName).catch((error: unknown) => {
      throw fileProblem(error, "The settings file cannot be read.");
    });
    sendJson(res, 200, { schema: text ? stored(text) : null });
  },
};

export const putUcSchema: Route = {
  ...common,
  method: "put",
  operationId: "put_uc_schema",
  summary: "Chooses the Unity Catalog schema that this installation works in, or none.",
  description: `Stored in the front door's settings file as \`${settingName}\`, for all callers. Everything else in the file stays as it is. A caller needs the operation \`put_uc_schema\`: as an operation of the API key, or by \`SETTINGS_EDITORS\`. The gateway's \`READ_ONLY\` and \`ALLOWED_OPERATIONS\` apply too.`,
  jsonBody: { schema: ucSchema, description: "The schema, or null for none.", example },
  replies: { 200: { description: "The schema as it is stored.", json: ucSchema, example } },
  errors: [...common.errors, "GATEWAY_UNAVAILABLE", "INSUFFICIENT_STORAGE"],
  async handle({ req, res, call }, { gateway, settingsFile, readJsonBody }) {
    await gateway.authorize("put_uc_schema", call);
    const body = await readJsonBody(req, res, ucSchema);
    const schema = body.schema === null ? null : normalizeCatalogSchema(body.schema);
    await settingsFile.write(settingName, schema ?? undefined).catch((error: unknown) => {
      throw fileProblem(error, "The settings file cannot be written, or only by changing other lines of it.");
    });
    sendJson(res, 200, { schema });
  },
};

const diskFull = new Set(["ENOSPC", "EDQUOT"]);

/** A file that cannot be read or written as it is now is a conflict, not a defect of this program. */
function fileProblem(error: unknown, message: string): unknown {
  const fromSystem = error instanceof Error && "syscall" in error;
  if (!fromSystem && !(error instanceof UnwritableSettingError)) return error;
  if ("code" in error && diskFull.has(String(error.code))) {
    return new OperationError("INSUFFICIENT_STORAGE", "The disk of the settings file is full.", {
      cause: error,
    });
  }
  return new OperationError("RESOURCE_CONFLICT", message, { cause: error });
}

function stored(text: string): string {
  try {
    return normalizeCatalogSchema(text);
  } catch (cause) {
    throw new OperationError(
      "RESOURCE_CONFLICT",
      `${settingName} in the settings file is not "catalog.schema". Choose a schema to replace it.`,
      { cause },
    );
  }
}
