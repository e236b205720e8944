export { buildGateway, type GatewayOptions } from "./app.ts";
export { checkSettings, type GatewayConfig, parseConfig } from "./config/config.ts";
