/** What one identity shows to Databricks. */
export interface Credential {
  /** The value of the Authorization header, at once where it is known. Fails with an OperationError without a secret. */
  authorization(): string | Promise<string>;
  /**
   * Databricks did not accept `refused`, a value of {@link authorization}. Resolves to whether there may be another one
   * now, so that the call, which was not executed, is worth a second try.
   */
  renew(refused: string): Promise<boolean>;
  /** Before a call that cannot be tried a second time: takes up what has changed already. */
  reread(): Promise<void>;
}

/** A token that came with a request: there is never another one in its place. */
export function fixedCredential(token: string): Credential {
  return {
    authorization: () => `Bearer ${token}`,
    renew: async () => false,
    reread: async () => undefined,
  };
}

/**
 * Whether a reply says that the credential itself was not accepted, and not that its identity may not do this: 401, and
 * the 403 with which Databricks meets a token that is revoked or unknown (docs/databricks.md). Such a call did nothing.
 */
export function isCredentialRefused(status: number, reason: string | null | undefined): boolean {
  return status === 401 || (status === 403 && /invalid (?:access )?token/i.test(reason ?? ""));
}
