import type { GatewayClient } from "@front-door/gateway-client";
import { OperationError, type OperationName } from "@front-door/operations";
import type { Access } from "./access.ts";

/** The part of the gateway's client that runs operations. */
export type AllowedGateway = Pick<GatewayClient, "call" | "callForBytes" | "stream" | "upload">;

/**
 * Runs what the caller may run, and throws OPERATION_NOT_ALLOWED for anything else. The gateway knows its own policies, and not
 * what an API key allows, so whatever tools and resources are made of goes through here.
 */
export function allowedGateway(gateway: GatewayClient, { operations }: Access): AllowedGateway {
  const check = (name: OperationName) => {
    if (operations.has(name)) return;
    throw new OperationError("OPERATION_NOT_ALLOWED", `You may not run the operation ${name}.`);
  };
  return {
    async call(name, params, options) {
      check(name);
      return gateway.call(name, params, options);
    },
    async callForBytes(name, params, options) {
      check(name);
      return gateway.callForBytes(name, params, options);
    },
    async stream(name, params, options) {
      check(name);
      return gateway.stream(name, params, options);
    },
    async upload(name, params, body, options) {
      check(name);
      return gateway.upload(name, params, body, options);
    },
  };
}
