import type { GatewayClient } from "@front-door/gateway-client";
import { OperationError } from "@front-door/operations";
import { FullLimits } from "@front-door/service-runtime";

/**
 * What `GET /ready` asks of the front door itself. Throws TEMPORARILY_UNAVAILABLE while it stops, and from the moment that one
 * of its limits is full until a fifth of that is free.
 */
export function createReadyCheck(
  gateway: Pick<GatewayClient, "limits">,
  isStopping: () => boolean,
): () => void {
  const limits = new FullLimits(() => gateway.limits());
  return () => {
    if (isStopping()) throw notReady("The front door is stopping.");
    const problem = limits.problem();
    if (problem !== undefined) throw notReady(problem);
  };
}

function notReady(message: string): OperationError {
  return new OperationError("TEMPORARILY_UNAVAILABLE", message, { retryAfterSeconds: 1 });
}
