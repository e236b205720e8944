import type { GatewayUnderTest } from "../gateway-under-test.ts";

/** How one operation is tried: a success, bad input, what does not exist, what is not permitted. */
export interface OperationCase {
  readonly params: (gateway: GatewayUnderTest) => object | Promise<object>;
  /** A pattern for a reply that is not JSON. */
  readonly expected: object | RegExp;
  readonly bad: object;
  /** A field of `bad` that the refusal names. */
  readonly field: string;
  readonly missing?: object;
  readonly missingCode?: string;
  /** As bob, who may only read. */
  readonly forbidden?: object | ((gateway: GatewayUnderTest) => Promise<object>);
}

/** Makes what an operation needs. */
export interface Maker {
  run(op: string, params: object): Promise<unknown>;
  /** The address of the workspace, for what no operation makes. */
  origin(): string;
}
