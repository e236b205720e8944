/** Makes what an operation needs. */
export interface Maker {
  run(op: string, params: object): Promise<unknown>;
  /** The address of the workspace, for what no operation makes. */
  origin(): string;
}
