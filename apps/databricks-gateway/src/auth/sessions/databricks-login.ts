import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import * as z from "zod";
import type { OAuthApp } from "../../config/session-settings.ts";
import type { ErrorReply } from "../../databricks/api-error.ts";
import type { Transport } from "../../databricks/transport.ts";
import { type KnownRefusal, LoginService, type TokenReply } from "../login-service.ts";
import { oauthErrorOf, sessionEnded, toUnavailable } from "../sign-in-error.ts";

const requestMs = 5_000;
const mePath = "/api/2.0/preview/scim/v2/Me";
const meBytesMax = 1024 * 1024;
const refreshAheadMs = 5 * 60_000;

const me = z.object({
  userName: z.string().min(1).max(256),
  displayName: z.string().max(256).optional(),
  // A group without a name can be in no rule, and is no reason to refuse the person.
  groups: z
    .array(z.object({ display: z.string().catch("") }))
    .default([])
    .transform((groups) => groups.flatMap(({ display }) => display || [])),
});

export interface AccessToken {
  readonly value: string;
  /** Milliseconds, like `Date.now()`. */
  readonly expiresAt: number;
  readonly refreshAt: number;
}

export interface Tokens {
  readonly token: AccessToken;
  /** Undefined: none was issued. */
  readonly refreshToken: string | undefined;
}

export type User = z.output<typeof me>;

/** A sign-in at Databricks that a browser is sent to. */
export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string;
  /** The SHA-256 of the verifier, in base64url. */
  readonly challenge: string;
}

/** What a user's browser brings back, to be exchanged for tokens. */
export interface AuthorizationCode {
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/**
 * Signs users in at one workspace: OAuth's authorization code grant with PKCE, and refreshed tokens. Throws
 * SIGN_IN_UNAVAILABLE while the login service is away, and SIGN_IN_FAILED or SESSION_ENDED for a code or a refresh token that
 * it does not accept.
 */
export class DatabricksLogin {
  readonly #transport: Transport;
  readonly #app: OAuthApp;
  readonly #service: LoginService;

  constructor(transport: Transport, app: OAuthApp, redact: Redactor) {
    this.#transport = transport;
    this.#app = app;
    this.#service = new LoginService(transport, redact);
  }

  /** The address for the browser, and the issuer that must stand in its answer. */
  authorizationUrl({ redirectUri, state, challenge }: AuthorizationRequest) {
    return this.#ask(async (signal) => {
      const { signIn } = await this.#service.endpoints(signal);
      if (signIn === undefined) {
        throw new OperationError(
          "UPSTREAM_INVALID_RESPONSE",
          "The workspace names no sign-in page of its own.",
        );
      }
      const url = new URL(signIn.url);
      const parameters = {
        client_id: this.#app.clientId,
        redirect_uri: redirectUri,
        response_type: "code",
        scope: this.#app.scopes,
        state,
        code_challenge: challenge,
        code_challenge_method: "S256",
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return { url: url.href, issuer: signIn.issuer };
    });
  }

  exchange({ code, verifier, redirectUri }: AuthorizationCode): Promise<Tokens> {
    const grant = { grant_type: "authorization_code", code, code_verifier: verifier };
    return this.#tokens({ ...grant, redirect_uri: redirectUri }, codeRefusal);
  }

  /** A refresh token that can be used again is in the result too. */
  async refresh(refreshToken: string): Promise<Tokens> {
    const grant = { grant_type: "refresh_token", refresh_token: refreshToken };
    const tokens = await this.#tokens(grant, refreshRefusal);
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
  }

  /** Whose token it is, as the workspace itself says. */
  userOf(token: string): Promise<User> {
    return this.#ask(async (signal) => {
      const headers = { accept: "application/json", authorization: `Bearer ${token}` };
      const request = { method: "GET", path: mePath, headers, signal } as const;
      const { status, body } = await this.#transport.exchange({ ...request, bytesMax: () => meBytesMax });
      if (status === 200) return readUser(body.toString());
      const cause = new Error(`${mePath} answered ${status}`);
      if (status === 429 || status >= 500) {
        throw new OperationError("UPSTREAM_ERROR", "Databricks failed with an error of its own.", { cause });
      }
      const message = "Databricks accepted the sign-in, but refused to say whose it is.";
      throw new OperationError("SIGN_IN_FAILED", message, { cause });
    });
  }

  #tokens(grant: Record<string, string>, refusal: KnownRefusal): Promise<Tokens> {
    const { clientId, clientSecret } = this.#app;
    const form = {
      ...grant,
      client_id: clientId,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    };
    return this.#ask(async (signal) => {
      const { tokenPath } = await this.#service.endpoints(signal);
      return toTokens(await this.#service.token(tokenPath, { form }, signal, refusal));
    });
  }

  /** Has a time limit of its own: a refresh serves every request that waits for it. Throws errors about signing in. */
  async #ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await work(AbortSignal.timeout(requestMs));
    } catch (error) {
      throw toSignInError(error);
    }
  }
}

function readUser(text: string): User {
  try {
    return me.parse(JSON.parse(text));
  } catch {
    throw new OperationError("UPSTREAM_INVALID_RESPONSE", "Databricks does not name the user who signed in.");
  }
}

function toTokens({ access_token, refresh_token, expires_in }: TokenReply): Tokens {
  const now = Date.now();
  const lifeMs = expires_in * 1000;
  return {
    token: {
      value: access_token,
      expiresAt: now + lifeMs,
      refreshAt: now + lifeMs - Math.min(refreshAheadMs, lifeMs / 5),
    },
    refreshToken: refresh_token,
  };
}

function codeRefusal({ status, text }: ErrorReply): OperationError | undefined {
  if (status >= 500 || oauthErrorOf(text)?.code !== "invalid_grant") return undefined;
  return new OperationError(
    "SIGN_IN_FAILED",
    "Databricks did not accept the code of this sign-in: it has expired or was used. Sign in again.",
  );
}

/** Databricks has two ways to say that a refresh token is dead (docs/databricks.md, Sign-in). */
function refreshRefusal({ status, text }: ErrorReply): OperationError | undefined {
  const error = oauthErrorOf(text);
  if (status >= 500 || error === undefined) return undefined;
  const isDead =
    error.code === "invalid_grant" ||
    (error.code === "invalid_request" && /refresh token/i.test(error.description));
  return isDead ? sessionEnded("Databricks has ended this session. Sign in again.") : undefined;
}

/** A failure to get a token as an error about signing in, and not about the operation that needs the token. */
function toSignInError(error: unknown): unknown {
  if (!(error instanceof OperationError)) return error;
  // Databricks refused the app's secret, so signing in again cannot help.
  if (error.code === "UNAUTHENTICATED") {
    return new OperationError(
      "WORKSPACE_SIGN_IN_FAILED",
      "Databricks' login service did not accept DATABRICKS_OAUTH_CLIENT_ID with its secret.",
      { cause: error.cause },
    );
  }
  return toUnavailable(error);
}
