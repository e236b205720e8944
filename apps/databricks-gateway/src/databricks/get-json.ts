import type { SearchParams } from "@databricks/sdk-experimental/dist/api-client.js";
import { callContext } from "./call-context.ts";
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
  const headers = new Headers({ accept: "application/json" });
  const reply = await api.request({ path, method: "GET", query, headers, raw: false }, callContext(signal));
  // As the SDK's services do; the contract's schema checks the fields that are used.
  return reply as Reply;
}
