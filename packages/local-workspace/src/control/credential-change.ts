import { z } from "zod";

/** A change of credentials while the workspace runs. Each part of it takes effect at once. */
export const credentialChangeSchema = z.strictObject({
  /** Adds a token to a user or a service principal, named by userName or application id. */
  addToken: z.strictObject({ principal: z.string(), token: z.string().min(1) }).optional(),
  /** Revokes a token of any kind. */
  revokeToken: z.string().min(1).optional(),
  /** Replaces a service principal's secret. Tokens issued for the previous secret stay valid. */
  setClientSecret: z.strictObject({ applicationId: z.string(), clientSecret: z.string().min(1) }).optional(),
  /** Revokes every token that `/oidc/v1/token` has issued. */
  revokeIssuedTokens: z.literal(true).optional(),
  /** Sets the lifetime of tokens that are issued from now on. */
  oauthTokenSeconds: z.number().positive().optional(),
});

export type CredentialChange = z.infer<typeof credentialChangeSchema>;
