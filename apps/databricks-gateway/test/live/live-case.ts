import type { OperationName } from "@front-door/operations";
import type { Answer, GatewayUnderTest } from "../gateway-under-test.ts";
import type { LivePlace } from "./live-place.ts";

/** Where a case runs. */
export interface LiveContext {
  readonly gateway: GatewayUnderTest;
  readonly place: LivePlace;
  readonly warehouseId: string;
}

/** How one operation is tried. */
export interface LiveCase {
  /** Calls it so that it succeeds. Absent for what would disturb others. */
  readonly call?: (context: LiveContext) => Promise<Answer>;
  /** What the reply must have beside what its definition says: a reply that is not JSON as its `text`. */
  readonly expected?: (context: LiveContext) => object;
  /** Parameters that name something which does not exist. */
  readonly missing?: (context: LiveContext) => object;
}

/** A case whose parameters `params` makes. */
export function calling(op: OperationName, params: (context: LiveContext) => object | Promise<object>) {
  return { call: async (context: LiveContext) => context.gateway.run(op, await params(context)) };
}
