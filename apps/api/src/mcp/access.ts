/** What one caller may run, by the gateway's policies and by what the caller's own sign-in allows. */
export interface Access {
  readonly operations: ReadonlySet<string>;
  readonly readOnly: boolean;
  /** The same text for the same access. */
  readonly key: string;
}
