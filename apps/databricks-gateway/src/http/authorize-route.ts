import {
  type FrontDoorOperation,
  frontDoorOperations,
  parseParameters,
  sessionIdPattern,
} from "@front-door/operations";
import { checkFrontDoorOperation } from "@front-door/policy";
import type { FastifyInstance } from "fastify";
import * as z from "zod";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Workspaces } from "../auth/workspaces.ts";
import type { CallerPolicies } from "./caller-policies.ts";
import { callerCheck, jsonBody, recordCaller } from "./check-caller.ts";

const authorizeRequest = z.strictObject({
  operation: z.enum(Object.keys(frontDoorOperations) as FrontDoorOperation[]),
  /** Of the caller. The front door may not know yet that it has ended. */
  session: z.string().regex(sessionIdPattern).optional(),
});

interface AuthorizeRouteOptions {
  readonly secret: string;
  readonly workspaces: Workspaces;
  readonly policies: CallerPolicies;
  readonly audit: AuditLog;
}

/**
 * `POST /authorize`: 204 if the policies allow what the front door is about to do itself, otherwise 403. They are known
 * here alone, and so is the audit log, which gets a line for it.
 */
export function addAuthorizeRoute(
  app: FastifyInstance,
  { secret, workspaces, policies, audit }: AuthorizeRouteOptions,
): void {
  app.post("/authorize", { onRequest: callerCheck(secret) }, async ({ body, raw, trace }, reply) => {
    const { operation, session } = parseParameters(authorizeRequest, jsonBody({ body, raw }));
    trace.op = operation;
    recordCaller(trace, raw);
    if (session !== undefined) trace.auth = await workspaces.authenticate({ auth: { session } });
    for (const policy of policies.of(trace, trace.auth?.who)) checkFrontDoorOperation(policy, operation);
    await audit.begin(trace);
    await audit.settle(trace, 204);
    return reply.code(204).send();
  });
}
