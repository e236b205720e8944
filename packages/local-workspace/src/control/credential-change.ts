import { z } from "zod";

/** What a person does to credentials while a workspace runs. Every part of it takes effect at once. */
export const credentialChangeSchema = z.strictObject({
  /** One more token of a user or a service principal, by userName or application id. */
  addToken: z.strictObject({ principal: z.string(), token: z.string().min(1) }).optional(),
  /** A token, of whatever kind, that is not known any more. */
  revokeToken: z.string().min(1).optional(),
  /** The one secret of a service principal from now on; tokens issued for the one before stay good. */
  setClientSecret: z.strictObject({ applicationId: z.string(), clientSecret: z.string().min(1) }).optional(),
  /** No token that `/oidc/v1/token` has given until now is known any more. */
  revokeIssuedTokens: z.literal(true).optional(),
  /** How long tokens live that are issued from now on. */
  oauthTokenSeconds: z.number().positive().optional(),
});

export type CredentialChange = z.infer<typeof credentialChangeSchema>;
