import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type PublicCall, type Route, readBody } from "../http/call.ts";
import { empty, type Reply } from "../http/reply.ts";
import type { OAuthApp } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";
import { OAuthError, oauthReply } from "./oauth-error.ts";
import { type OAuthParameters, oauthParameters, required } from "./oauth-parameters.ts";
import { signInPage } from "./sign-in-page.ts";

/** `/oidc/v1/authorize`: shows the sign-in page, and answers its form with a code. */
export function authorize(workspace: Workspace): Route[] {
  const show = ({ req, query }: PublicCall) =>
    oauthReply(() => answerRequest(workspace, req, oauthParameters(query)));
  const choose = ({ req }: PublicCall) =>
    oauthReply(async () => {
      const form = new URLSearchParams((await readBody(req)).toString("utf8"));
      return answerForm(workspace, req, oauthParameters(form));
    });
  return [
    { method: "GET", pattern: "/oidc/v1/authorize", public: true, handle: show },
    { method: "POST", pattern: "/oidc/v1/authorize", public: true, handle: choose },
  ];
}

interface AuthorizationRequest {
  app: OAuthApp;
  redirectUri: string;
  scope: string;
  codeChallenge: string;
  nonce: string | undefined;
}

function answerRequest(
  workspace: Workspace,
  req: IncomingMessage,
  parameters: OAuthParameters,
): Promise<Reply> {
  return redirecting(workspace, req, parameters, async (request) => {
    const hint = parameters.get("login_hint");
    if (workspace.oauth.settings.signInByHint && hint !== undefined) {
      return { code: await newCode(workspace, request, hint) };
    }
    return signInPage(workspace.seed, request.app, request.redirectUri, parameters);
  });
}

function answerForm(workspace: Workspace, req: IncomingMessage, form: OAuthParameters): Promise<Reply> {
  const { user, refuse, ...sent } = Object.fromEntries(form);
  return redirecting(workspace, req, new Map(Object.entries(sent)), async (request) => {
    if (refuse !== undefined) throw new OAuthError("access_denied", "The user refused");
    return { code: await newCode(workspace, request, user ?? "") };
  });
}

/**
 * Answers with a page, or leads back to the app with a code or an error. Throws OAuthError while it is not certain that
 * the redirect URI is the app's own: nothing is ever sent to another.
 */
async function redirecting(
  { oauth, origin }: Workspace,
  req: IncomingMessage,
  parameters: OAuthParameters,
  answer: (request: AuthorizationRequest) => Promise<Reply | { code: string }>,
): Promise<Reply> {
  const app = registeredApp(oauth.clients.app(required(parameters, "client_id")), parameters);
  const redirectUri = required(parameters, "redirect_uri");
  const leadBack = (result: Record<string, string>) => {
    const target = new URL(redirectUri);
    const state = parameters.get("state");
    const given = { ...result, ...(state === undefined ? {} : { state }), iss: `${origin(req)}/oidc` };
    for (const [name, value] of Object.entries(given)) target.searchParams.append(name, value);
    return empty(303, {
      location: target.href,
      "content-length": "0",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    });
  };
  try {
    const answered = await answer({ app, redirectUri, ...checkedRequest(app, parameters) });
    return "code" in answered ? leadBack(answered) : answered;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return leadBack({ error: error.error, error_description: error.message });
  }
}

function registeredApp(app: OAuthApp | undefined, parameters: OAuthParameters): OAuthApp {
  if (app === undefined) {
    const clientId = parameters.get("client_id");
    throw new OAuthError("invalid_request", `There is no OAuth application with the client id ${clientId}`);
  }
  const redirectUri = required(parameters, "redirect_uri");
  if (!app.redirectUrls.includes(redirectUri) && !app.redirectUrls.includes(withoutPort(redirectUri))) {
    throw new OAuthError(
      "invalid_request",
      `The redirect_uri ${redirectUri} is not registered for the OAuth application ${app.clientId}`,
    );
  }
  return app;
}

/** On this machine an app may listen on any port if its registered URL names none (RFC 8252, 7.3). Other URLs stay as they are. */
function withoutPort(redirectUri: string): string {
  return redirectUri.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])):\d{1,5}(?=\/|$)/, "$1");
}

/** Throws OAuthError. PKCE is required of every app, with S256. */
function checkedRequest(
  app: OAuthApp,
  parameters: OAuthParameters,
): Pick<AuthorizationRequest, "scope" | "codeChallenge" | "nonce"> {
  if (required(parameters, "response_type") !== "code") {
    throw new OAuthError("unsupported_response_type", "response_type must be code");
  }
  if ((parameters.get("response_mode") ?? "query") !== "query") {
    throw new OAuthError("invalid_request", "The local workspace supports response_mode query only");
  }
  const scope = required(parameters, "scope");
  const allowed: readonly string[] = app.scopes;
  const foreign = scope.split(" ").find((one) => !allowed.includes(one));
  if (foreign !== undefined) {
    throw new OAuthError(
      "invalid_scope",
      `The OAuth application ${app.clientId} does not have the scope ${JSON.stringify(foreign)}`,
    );
  }
  const codeChallenge = required(parameters, "code_challenge");
  if (parameters.get("code_challenge_method") !== "S256") {
    throw new OAuthError("invalid_request", "code_challenge_method must be S256");
  }
  // The length of a SHA-256 digest in base64url.
  if (!/^[\w-]{43}$/.test(codeChallenge)) {
    throw new OAuthError("invalid_request", "code_challenge must be a SHA-256 digest in base64url");
  }
  return { scope, codeChallenge, nonce: parameters.get("nonce") };
}

async function newCode(
  { oauth, seed, tokens }: Workspace,
  { app, redirectUri, scope, codeChallenge, nonce }: AuthorizationRequest,
  userName: string,
): Promise<string> {
  if (!seed.users.some((user) => user.userName === userName)) {
    throw new OAuthError("access_denied", `There is no user ${JSON.stringify(userName)}`);
  }
  const code = tokens.issued.add({
    kind: "code",
    principal: userName,
    expiresAt: Date.now() + oauth.settings.authorizationCodeSeconds * 1000,
    signInId: randomUUID(),
    clientId: app.clientId,
    scope,
    spent: false,
    redirectUri,
    codeChallenge,
    nonce,
  });
  await tokens.issued.keep();
  return code;
}
