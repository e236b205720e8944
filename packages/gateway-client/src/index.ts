export {
  type Download,
  GatewayClient,
  type GatewayClientOptions,
  type JsonOperationName,
} from "./gateway-client.ts";
export type { CallOptions, RequestAuth } from "./run-request.ts";
