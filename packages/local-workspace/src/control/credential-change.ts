import { z } from "zod";
import { federationPolicySchema, oauthAppSchema } from "../state/seed.ts";

/** A change of credentials while the workspace runs. Each part of it takes effect at once. */
export const credentialChangeSchema = z.strictObject({
  /** Adds a token to a user or a service principal, named by userName or application id. */
  addToken: z.strictObject({ principal: z.string(), token: z.string().min(1) }).optional(),
  /** Revokes a token of any kind. */
  revokeToken: z.string().min(1).optional(),
  /** Replaces a service principal's secret. Tokens issued for the previous secret stay valid. */
  setClientSecret: z.strictObject({ applicationId: z.string(), clientSecret: z.string().min(1) }).optional(),
  /** Revokes every access token, refresh token and authorization code. */
  revokeIssuedTokens: z.literal(true).optional(),
  /** Revokes those of one principal, or only those of one kind. */
  revokeIssuedTokensOf: z
    .strictObject({ principal: z.string(), kind: z.enum(["access", "refresh", "code"]).optional() })
    .optional(),
  /** Sets the lifetime of access tokens that are issued from now on, whatever their app's own is. */
  oauthTokenSeconds: z.number().positive().optional(),
  /** The same for refresh tokens. */
  refreshTokenSeconds: z.number().positive().optional(),
  /** The same for authorization codes. */
  authorizationCodeSeconds: z.number().positive().optional(),
  /** Signs in the user that `login_hint` names without showing the page, where a request has it. */
  signInByHint: z.boolean().optional(),
  /** Registers an app, or replaces the one of the same client id. */
  addOAuthApp: oauthAppSchema.optional(),
  /** Adds a federation policy, or replaces the one of the same name. */
  addFederationPolicy: federationPolicySchema.optional(),
});

export type CredentialChange = z.input<typeof credentialChangeSchema>;
