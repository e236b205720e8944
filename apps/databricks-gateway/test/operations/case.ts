/** How one operation is tried in operations.test.ts. */
export interface Case {
  readonly params: () => object | Promise<object>;
  /** A pattern for a reply that is not JSON. */
  readonly expected: object | RegExp;
  readonly bad: object;
  /** A field of `bad` that the refusal names. */
  readonly field: string;
  readonly missing?: object;
  readonly missingCode?: string;
  /** As bob, who may only read. */
  readonly forbidden?: object;
}

/** Makes what an operation needs. */
export interface Maker {
  run(op: string, params: object): Promise<unknown>;
  /** The address of the workspace, for what no operation makes. */
  origin(): string;
}
