import type { IncomingMessage } from "node:http";
import type { RequestAuth } from "@front-door/gateway-client";
import { OperationError, runRequest } from "@front-door/operations";

const { auth: authSchema } = runRequest.shape;

/**
 * Whom the request runs as: the Databricks token it brings, or undefined for the gateway's own identity when it brings
 * no credential at all. Anything between is UNAUTHENTICATED, so that a caller's slip never runs as the gateway.
 */
export function callerIdentity(req: IncomingMessage): RequestAuth | undefined {
  const values = req.headersDistinct["authorization"];
  if (values === undefined) return undefined;
  const [, token] = (values.length === 1 && /^Bearer +(\S+) *$/i.exec(values[0] ?? "")) || [];
  const auth = authSchema.safeParse(token === undefined ? undefined : { token });
  if (!auth.success || auth.data === undefined) {
    throw new OperationError(
      "UNAUTHENTICATED",
      'The Authorization header must be "Bearer <Databricks token>"; without the header the request runs as this installation\'s own identity.',
    );
  }
  return auth.data;
}
