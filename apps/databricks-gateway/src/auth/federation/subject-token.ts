/** A caller's JWT that is exchanged for a Databricks token. */
export interface SubjectToken {
  readonly jwt: string;
  /** Milliseconds, like `Date.now()`. */
  readonly expiresAt: number;
  /** What a federation policy has to match. */
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string | undefined;
  /** The service principal to run as. Undefined: the user whom the account's policy finds. */
  readonly clientId: string | undefined;
}
