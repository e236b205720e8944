import { z } from "zod";
import { invalidParameter } from "../http/api-error.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { Securable } from "../state/securables.ts";
import { requireFree } from "./lookup.ts";
import { validName } from "./names.ts";

export const updateSchema = z.object({
  new_name: z.string().optional(),
  owner: z.string().min(1).optional(),
  comment: z.string().optional(),
  properties: z.record(z.string(), z.string()).optional(),
});
export type Update = z.infer<typeof updateSchema>;

/**
 * The securable with the update applied. An empty update changes nothing: whether Databricks answers it with success or
 * with a refusal was not found; 400 makes a client whose PATCH lost its body (the SDK's does) visible.
 */
export function updated<S extends Securable>(
  state: MetastoreState,
  before: S,
  update: Update,
  rpc: string,
  by: string,
): S {
  if (Object.keys(update).length === 0) throw invalidParameter(`${rpc} Nothing to update.`);
  const name = update.new_name === undefined ? before.name : validName(rpc, "new_name", update.new_name);
  requireFree(state, before.kind, before.parentId, name, before);
  return {
    ...before,
    name,
    owner: update.owner ?? before.owner,
    ...(update.comment === undefined ? {} : { comment: update.comment }),
    ...(update.properties === undefined ? {} : { properties: update.properties }),
    updatedAt: Date.now(),
    updatedBy: by,
  };
}
