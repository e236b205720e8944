import type { SearchParams } from "@databricks/sdk-experimental/dist/api-client.js";
import type { GatewayApiClient } from "./gateway-api-client.ts";

/**
 * One GET, typed by the SDK's model of its reply. For listings: a service's public method is a generator that loses
 * entries (docs/sdk-transport.md, SDK 10), and its method for a single page is private.
 */
export async function getJson<Reply>(
  { api }: { readonly api: GatewayApiClient },
  path: string,
  query: SearchParams,
  signal: AbortSignal,
): Promise<Reply> {
  const reply = await api.get(path, query, signal);
  // As the SDK's services do; the contract's schema checks the fields that are used.
  return reply as Reply;
}
