export {
  type CallOptions,
  createGatewayClient,
  type Download,
  type GatewayClient,
  type GatewayClientOptions,
  type JsonOperationName,
  type RequestAuth,
} from "./gateway-client.ts";
