import type { Workspace } from "../workspace.ts";
import type { OAuthParameters } from "./oauth-parameters.ts";

export interface TokenRequest {
  /** The header. */
  authorization: string | undefined;
  form: OAuthParameters;
  /** The workspace's issuer by the host that the client used. */
  issuer: string;
}

export interface TokenResponse {
  access_token: string;
  issued_token_type?: string;
  token_type: "Bearer";
  expires_in: number;
  scope: string;
  refresh_token?: string;
  id_token?: string;
}

/** Answers one `grant_type` of the token endpoint. Throws OAuthError. */
export type Grant = (workspace: Workspace, request: TokenRequest) => Promise<TokenResponse>;
