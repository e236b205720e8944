import type { ErrorCode } from "@front-door/operations";
import type { CallInit, Stack } from "./start-stack.ts";

export interface RouteRequest extends CallInit {
  /** With the query. */
  readonly path: string;
}

export type Fault = Parameters<Stack["workspace"]["addFault"]>[0];

/** A request that fails, because of itself or of a fault of Databricks. */
export interface FailingRequest {
  readonly code: ErrorCode;
  /** Default: one that would succeed. */
  readonly request?: RouteRequest;
  /** Makes what the request needs. */
  readonly prepare?: (stack: Stack) => Promise<RouteRequest>;
  readonly fault?: Fault;
}
