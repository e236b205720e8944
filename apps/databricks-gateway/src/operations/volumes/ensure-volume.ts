import { OperationError } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { sdkContext } from "../../databricks/sdk-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";
import { isNotFound } from "../refusals.ts";
import { createVolume } from "./create-volume.ts";

/**
 * Asks first, because one who may use a volume need not be allowed to make one. Between the questions another caller
 * may make or delete it: who loses that race asks again, once.
 */
export const ensureVolume: Handler<"ensure_volume"> = async (params, context) => {
  for (let last = false; ; last = true) {
    const volume = await findVolume(params.catalog, params.schema, params.name, context.signal);
    if (volume !== undefined) return { volume, created: false };
    try {
      return { volume: await createVolume(params, context), created: true };
    } catch (error) {
      if (last || !(error instanceof OperationError) || !error.code.endsWith("ALREADY_EXISTS")) throw error;
    }
  }
};

async function findVolume(
  catalog: string,
  schema: string,
  name: string,
  signal: AbortSignal,
): Promise<object | undefined> {
  // Unity Catalog keeps names in lower case, and makes `Files` as `files`.
  const full_name = fullNameInPath(...[catalog, schema, name].map((part) => part.toLowerCase()));
  try {
    return await getWorkspaceClient().volumes.read({ name: full_name }, sdkContext(signal));
  } catch (error) {
    // A missing schema or catalog too: the attempt to make the volume names which of them it is.
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
