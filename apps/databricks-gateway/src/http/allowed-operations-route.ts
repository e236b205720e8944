import {
  type AllowedOperations,
  allowedOperationsRequest,
  OperationError,
  type OperationName,
  operations,
  parseParameters,
} from "@front-door/operations";
import { checkOperation, type Policy } from "@front-door/policy";
import type { FastifyInstance } from "fastify";
import { isCallers } from "../auth/identity.ts";
import type { Workspaces } from "../auth/workspaces.ts";
import type { CallerPolicies } from "./caller-policies.ts";
import { callerCheck, jsonBody, recordCaller } from "./check-caller.ts";

interface AllowedOperationsRouteOptions {
  readonly secret: string;
  readonly workspaces: Workspaces;
  readonly policies: CallerPolicies;
}

/**
 * `POST /allowed-operations`: what the caller may run, by the check of the policies that `POST /run` makes first. Runs nothing, and
 * asks Databricks nothing.
 */
export function addAllowedOperationsRoute(
  app: FastifyInstance,
  { secret, workspaces, policies: policiesOf }: AllowedOperationsRouteOptions,
): void {
  app.post(
    "/allowed-operations",
    { onRequest: callerCheck(secret) },
    async ({ body, raw, trace }): Promise<AllowedOperations> => {
      const request = parseParameters(allowedOperationsRequest, jsonBody({ body, raw }));
      recordCaller(trace, raw);
      trace.auth = await workspaces.authenticate(request);
      const { who } = trace.auth;
      const policies = policiesOf.of(trace, who);
      const names = Object.keys(operations) as OperationName[];
      return {
        operations: names.filter((name) => mayRun(policies, name, isCallers(who))),
        read_only: policies.some(({ readOnly }) => readOnly),
      };
    },
  );
}

function mayRun(policies: readonly Policy[], name: OperationName, asCaller: boolean): boolean {
  try {
    for (const policy of policies) checkOperation(policy, name, asCaller);
    return true;
  } catch (error) {
    if (error instanceof OperationError) return false;
    throw error;
  }
}
