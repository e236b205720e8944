/** How one identity authenticates to Databricks. */
export interface Credential {
  /** The value of the Authorization header; a promise if it must be fetched. Throws OperationErrors. */
  authorization(): string | Promise<string>;
  /** Takes a value of {@link authorization} that Databricks refused. Resolves to whether a second try may succeed. */
  renew(refused: string): Promise<boolean>;
  /** Applies changed settings before a call that cannot be repeated. */
  reread(): Promise<void>;
}

/** A token that came with a request. Nothing ever replaces it. */
export function fixedCredential(token: string): Credential {
  return {
    authorization: () => `Bearer ${token}`,
    renew: async () => false,
    reread: async () => undefined,
  };
}

/**
 * Whether Databricks refused the credential itself, and so did nothing: with a 401, or with the 403 for a token that is
 * revoked or unknown (docs/databricks.md). Another 403 means that the identity lacks a privilege.
 */
export function isCredentialRefused(status: number, reason: unknown): boolean {
  return status === 401 || (status === 403 && /invalid (?:access )?token/i.test(String(reason)));
}
