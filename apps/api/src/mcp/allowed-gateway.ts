import type { GatewayClient } from "@front-door/gateway-client";
import { OperationError, type OperationName } from "@front-door/operations";
import { checkNeededOperations } from "../sign-in/allowed-operations.ts";
import type { Access } from "./access.ts";

/** The part of the gateway's client that runs operations. */
export type AllowedGateway = Pick<GatewayClient, "call" | "callForBytes" | "stream" | "upload">;

/**
 * Runs what the caller may run, and throws OPERATION_NOT_ALLOWED for anything else. The gateway knows its own policies, and not
 * what an API key allows, so whatever tools and resources are made of goes through here.
 */
export function allowedGateway(gateway: GatewayClient, { operations }: Access): AllowedGateway {
  const check = (name: OperationName, params: unknown) => {
    if (!operations.has(name)) {
      throw new OperationError("OPERATION_NOT_ALLOWED", `You may not run the operation ${name}.`);
    }
    checkNeededOperations((each) => operations.has(each), name, params);
  };
  return {
    async call(name, params, options) {
      check(name, params);
      return gateway.call(name, params, options);
    },
    async callForBytes(name, params, options) {
      check(name, params);
      return gateway.callForBytes(name, params, options);
    },
    async stream(name, params, options) {
      check(name, params);
      return gateway.stream(name, params, options);
    },
    async upload(name, params, body, options) {
      check(name, params);
      return gateway.upload(name, params, body, options);
    },
  };
}
