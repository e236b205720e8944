export { fairLimitOf } from "./fair-limit-of.ts";
export {
  GatewayClient,
  type GatewayClientOptions,
  type JsonOperationName,
  type StreamedReply,
} from "./gateway-client.ts";
export type { CallOptions, RequestAuth } from "./run-request.ts";
