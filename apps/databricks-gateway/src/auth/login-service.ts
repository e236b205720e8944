import { OperationError } from "@front-door/operations";
import { createRedactor, type Redactor } from "@front-door/service-runtime";
import * as z from "zod";
import { type ErrorReply, redirected } from "../databricks/api-error.ts";
import type { Reply } from "../databricks/exchange.ts";
import type { ShortRequest, Transport } from "../databricks/transport.ts";
import { inLoginServiceWords, refusedSignIn } from "./sign-in-error.ts";
import type { TokenRequest } from "./token-request.ts";

const bodyBytesMax = 64 * 1024;
const discoveryPath = "/oidc/.well-known/oauth-authorization-server";

const discoveryReply = z.object({
  token_endpoint: z.url(),
  // Tokens of the gateway itself take neither.
  issuer: z.url().optional(),
  authorization_endpoint: z.url().optional(),
});
const tokenReply = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  refresh_token: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
  expires_in: z.coerce.number().positive().max(86_400).default(3600),
});

export type TokenReply = z.output<typeof tokenReply>;

/** Where the login service of a workspace is. */
export interface LoginEndpoints {
  readonly tokenPath: string;
  /** Of the authorization endpoint, to which a browser goes. */
  readonly signIn: { readonly issuer: string; readonly url: string } | undefined;
}

/** What the login service refuses, as the error that a refusal of just this kind is; undefined for any other. */
export type KnownRefusal = (reply: ErrorReply, redact: Redactor) => OperationError | undefined;

/** The fields of a token request whose values no log may show, even if the reply quotes them. */
const secretFields = ["client_secret", "code", "code_verifier", "refresh_token", "subject_token"];

/** The OAuth endpoints of one login service, over the transport to it. Every failure is in words that name the service. */
export class LoginService {
  readonly #transport: Transport;
  readonly #redact: Redactor;
  /** For messages. */
  readonly #name: string;
  #endpoints: Promise<LoginEndpoints> | undefined;

  constructor(transport: Transport, redact: Redactor, name = "Databricks' login service") {
    this.#transport = transport;
    this.#redact = redact;
    this.#name = name;
  }

  get origin(): string {
    return this.#transport.origin;
  }

  /** From the discovery document, which is kept until a request fails. Throws OperationErrors. */
  async endpoints(signal: AbortSignal): Promise<LoginEndpoints> {
    this.#endpoints ??= this.#inOwnWords(this.#discover(signal));
    return this.#endpoints;
  }

  /** Asks for a token. Throws OperationErrors. */
  async token(
    path: string,
    { headers, form }: TokenRequest,
    signal: AbortSignal,
    knownRefusal?: KnownRefusal,
  ): Promise<TokenReply> {
    const sent = secretFields.flatMap((name) => form[name] ?? []);
    const redactSent = createRedactor([], sent);
    const redact: Redactor = (text) => redactSent(this.#redact(text));
    const request = {
      method: "POST",
      path,
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
        ...headers,
      },
      body: new URLSearchParams(form).toString(),
      signal,
    } as const;
    return this.#inOwnWords(this.#ask(request, tokenReply, redact, knownRefusal));
  }

  async #discover(signal: AbortSignal): Promise<LoginEndpoints> {
    const request = { method: "GET", path: discoveryPath, headers: { accept: "application/json" } } as const;
    const found = await this.#ask({ ...request, signal }, discoveryReply, this.#redact);
    const endpoint = new URL(found.token_endpoint);
    if (!this.#isOwn(endpoint)) {
      const message = "The workspace names a token endpoint on another origin. The secret was not sent.";
      // Without its path and query, which can hold a secret.
      const cause = new Error(`the token endpoint is at ${endpoint.protocol}//${endpoint.host}`);
      throw new OperationError("UPSTREAM_INVALID_RESPONSE", message, { cause });
    }
    const { issuer, authorization_endpoint: url } = found;
    const hasPage = issuer !== undefined && url !== undefined && this.#isOwn(new URL(url));
    return {
      tokenPath: `${endpoint.pathname}${endpoint.search}`,
      signIn: hasPage ? { issuer, url } : undefined,
    };
  }

  #isOwn({ origin, username, password }: URL): boolean {
    return origin === this.#transport.origin && username === "" && password === "";
  }

  /** A service that moved its endpoints is found again. */
  async #inOwnWords<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.#endpoints = undefined;
      throw inLoginServiceWords(error, this.#name, this.#transport.origin);
    }
  }

  async #ask<T>(
    request: Omit<ShortRequest, "bytesMax">,
    schema: z.ZodType<T>,
    redact: Redactor,
    knownRefusal?: KnownRefusal,
  ): Promise<T> {
    const reply = await this.#transport.exchange({
      ...request,
      isShared: true,
      bytesMax: () => bodyBytesMax,
    });
    const { status, headers, body } = reply;
    const text = body.toString();
    if (status >= 400) {
      const refused = { status, headers, text };
      throw knownRefusal?.(refused, redact) ?? refusedSignIn(refused, this.#name, redact);
    }
    try {
      return schema.parse(JSON.parse(status === 200 ? text : ""));
    } catch {
      throw this.#notOAuth(reply, redact);
    }
  }

  /** Without the error that was caught, which can quote the token. */
  #notOAuth({ status, headers }: Reply, redact: Redactor): OperationError {
    const cause =
      status >= 300
        ? redirected(status, headers.location, redact)
        : new Error(`OAuth reply ${status} is not as described`);
    return new OperationError("UPSTREAM_INVALID_RESPONSE", `${this.#name} sent a reply that is not OAuth.`, {
      cause,
    });
  }
}
