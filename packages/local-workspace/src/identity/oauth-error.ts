import { json, type Reply } from "../http/reply.ts";

/** An error of the OAuth endpoints, in OAuth's own shape rather than that of Databricks' APIs. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly error: string;
  readonly status: number;

  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }

  reply(): Reply {
    return json({ error: this.error, error_description: this.message }, this.status, {
      "cache-control": "no-store",
      ...(this.status === 401 ? { "www-authenticate": 'Basic realm="oidc"' } : {}),
    });
  }
}

/** Turns an OAuthError into its reply. */
export async function oauthReply(handle: () => Promise<Reply> | Reply): Promise<Reply> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof OAuthError) return error.reply();
    throw error;
  }
}
