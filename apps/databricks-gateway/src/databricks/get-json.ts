import type { SearchParams } from "@databricks/sdk-experimental/dist/api-client.js";
import type { WorkspaceClient } from "./workspace-client.ts";

/**
 * One GET, typed by the SDK's model of its reply. For listings: a service's public method is a generator that loses
 * entries (sdk-traps 10), and its method for a single page is private.
 */
export async function getJson<Reply>(
  { api }: WorkspaceClient,
  path: string,
  query: SearchParams,
  signal: AbortSignal,
): Promise<Reply> {
  const reply = await api.get(path, query, signal);
  // As the SDK's services do; the contract's schema checks the fields that are used.
  return reply as Reply;
}
