import { VolumesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { OperationError, volumeNameOf } from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";
import { isNotFound } from "../refusals.ts";
import { createVolume } from "./create-volume.ts";

/**
 * Reads first, because a caller who may use a volume may lack the right to create one. If another caller creates it between
 * the two calls, this one reads again, once.
 */
export const ensureVolume: Handler<"ensure_volume"> = async (params, context) => {
  const { catalog, schema, comment } = params;
  const name = volumeNameOf(params);
  for (let isLast = false; ; isLast = true) {
    const volume = await findVolume(catalog, schema, name, context.signal);
    if (volume !== undefined) return { volume, created: false };
    try {
      return { volume: await createVolume({ catalog, schema, name, comment }, context), created: true };
    } catch (error) {
      if (isLast || !(error instanceof OperationError) || !error.code.endsWith("ALREADY_EXISTS")) throw error;
    }
  }
};

async function findVolume(
  catalog: string,
  schema: string,
  name: string,
  signal: AbortSignal,
): Promise<object | undefined> {
  // Unity Catalog keeps names in lower case: it creates `Files` as `files`.
  const full_name = fullNameInPath(...[catalog, schema, name].map((part) => part.toLowerCase()));
  try {
    return await service(VolumesService, signal).read({ name: full_name });
  } catch (error) {
    // Also for a missing schema or catalog: the attempt to create the volume then names it.
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
