import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { OperationError, type SessionParams } from "@front-door/operations";
import * as z from "zod";
import type { DatabricksLogin, Tokens, User } from "./databricks-login.ts";
import type { SessionStore } from "./session-store.ts";

const signInMs = 10 * 60_000;

const signIn = z.object({
  verifier: z.string(),
  /** The digest of a secret that only the browser which began it has. */
  browser: z.string(),
  redirectUri: z.string(),
  returnTo: z.string(),
  issuer: z.string(),
});

type SignIn = z.output<typeof signIn>;

export interface CompletedSignIn {
  readonly user: User;
  readonly tokens: Tokens;
  readonly returnTo: string;
}

/** The sign-ins under way. Each is for one browser, for ten minutes, and can be completed once. */
export class SignIns {
  readonly #store: SessionStore;
  readonly #login: DatabricksLogin;

  constructor(store: SessionStore, login: DatabricksLogin) {
    this.#store = store;
    this.#login = login;
  }

  /**
   * Begins a sign-in, which counts toward what `owner` may have in the store. Sign-ins in two tabs of a browser share its
   * secret. Throws SIGN_IN_UNAVAILABLE.
   */
  async begin(params: SessionParams<"begin_sign_in">, owner: string) {
    const [state, verifier] = [secret(), secret()];
    const {
      redirect_uri: redirectUri,
      return_to: returnTo,
      browser_secret: browserSecret = secret(),
    } = params;
    const challenge = digestOf(verifier);
    const { url, issuer } = await this.#login.authorizationUrl({ redirectUri, state, challenge });
    const begun: SignIn = { verifier, browser: digestOf(browserSecret), redirectUri, returnTo, issuer };
    await this.#store.add(digestOf(state), JSON.stringify(begun), signInMs, owner);
    return { authorizationUrl: url, browserSecret };
  }

  /** Completes a sign-in with what the browser brought back from Databricks. Throws SIGN_IN_FAILED, which says why. */
  async complete(params: SessionParams<"complete_sign_in">): Promise<CompletedSignIn> {
    const { state, browser_secret: browserSecret, code, iss, error } = params;
    const text = await this.#store.take(digestOf(state));
    const begun = signIn.safeParse(JSON.parse(text ?? "null")).data;
    if (begun === undefined) {
      throw failed("This sign-in has expired or was completed before. Sign in again.");
    }
    // Otherwise anybody could sign somebody else in as themselves (login CSRF).
    if (!isSame(begun.browser, digestOf(browserSecret))) {
      throw failed("This sign-in began in another browser. Sign in again.");
    }
    // A code of one authorization server must not be sent to another (RFC 9207).
    if (iss !== undefined && iss !== begun.issuer) {
      throw failed("The answer comes from another workspace than the one of this sign-in. Sign in again.");
    }
    if (error === "access_denied")
      throw failed("The sign-in was refused at Databricks. Sign in again, and allow what the app asks for.");
    if (error !== undefined || code === undefined) {
      throw failed("Databricks did not sign you in. Sign in again.");
    }
    const { verifier, redirectUri, returnTo } = begun;
    const tokens = await this.#login.exchange({ code, verifier, redirectUri });
    return { user: await this.#login.userOf(tokens.token.value), tokens, returnTo };
  }
}

function failed(message: string): OperationError {
  return new OperationError("SIGN_IN_FAILED", message);
}

/** 256 random bits. */
function secret(): string {
  return randomBytes(32).toString("base64url");
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
