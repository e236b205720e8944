import { asOperationError, type CatalogSchema, type OperationError } from "@front-door/operations";
import { readUcSchema } from "../settings/uc-schema-setting.ts";
import type { Exchange, Services } from "./route.ts";

interface Namespace {
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
}

/** The schema that is chosen, or the settings file, cannot be read. */
export const defaultSchemaErrors = ["RESOURCE_CONFLICT"] as const;

/**
 * Runs a statement that names no catalog, no schema and no workspace in the schema of this installation, if one is chosen. If
 * something is not found there, the error says why it was looked for there: the caller has not named that schema.
 */
export async function inDefaultSchema<Params extends Namespace, Result>(
  params: Params,
  { call }: Pick<Exchange, "call">,
  { settingsFile }: Pick<Services, "settingsFile">,
  run: (params: Params) => Promise<Result>,
): Promise<Result> {
  const isFree = params.catalog === undefined && params.schema === undefined && call.workspace === undefined;
  const chosen = isFree ? await readUcSchema(settingsFile) : undefined;
  if (chosen === undefined) return run(params);
  const { catalog, schema } = chosen;
  return run({ ...params, catalog, schema }).catch((error: unknown) => {
    throw explained(asOperationError(error), chosen);
  });
}

function explained(error: OperationError, { text }: CatalogSchema): OperationError {
  if (error.status >= 500 || !isAboutNames(error)) return error;
  const why = `The statement names no schema, so it ran in ${text}, the schema of this installation (uc-schema in its settings).`;
  return error.with({}, `${error.message} ${why}`);
}

/** Whether Databricks found no catalog, schema, table or function with a name. */
function isAboutNames({ code, details }: OperationError): boolean {
  const names = [code, ...(details ?? []).map((detail) => detail["error_class"])];
  return names.some(
    (name) => typeof name === "string" && /NOT_FOUND|NOT_EXIST|NO_SUCH|UNRESOLVED/.test(name),
  );
}
