export { buildGateway, type GatewayOptions } from "./app.ts";
export { ConfigError } from "./config/config-error.ts";
export { type GatewayConfig, parseConfig } from "./config.ts";
