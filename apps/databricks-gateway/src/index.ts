export { buildGateway, type GatewayOptions } from "./app.ts";
export { ConfigError, type GatewayConfig, parseConfig } from "./config.ts";
