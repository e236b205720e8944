import { OperationError, parseParameters, toErrorEnvelope } from "@front-door/operations";
import type { Request, Response } from "express";
import * as z from "zod";
import type { Exchange, Route, Services } from "../routing/route.ts";
import { wayOf } from "../sign-in/sign-in-config.ts";
import { loginPath } from "./session-routes.ts";

const callbackPath = "/auth/callback";
const signInMs = 10 * 60_000;

const page = { tag: "Sign-in", open: true, limited: true, method: "get", errors: [], replies: {} } as const;

/** A path of this server: nothing that a browser could take for another origin. */
const returnTo = z
  .string()
  .max(2048)
  .regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u, "must be a path of this server, like /query")
  .default("/");

const callback = z.object({
  state: z.string().min(1),
  code: z.string().min(1).optional(),
  iss: z.string().min(1).optional(),
  error: z.string().min(1).optional(),
});

const login: Route = {
  ...page,
  path: loginPath,
  operationId: "begin_sign_in",
  summary: "Sends a browser to Databricks to sign in, and from there back to `return_to`.",
  query: z.strictObject({ return_to: returnTo }),
  async handle({ req, res, query, call }, services) {
    const { gateway, address } = checked(services);
    const { return_to: path } = query as { return_to: string };
    const params = { redirect_uri: `${address.originFor(req)}${callbackPath}`, return_to: path };
    const begun = await gateway.session("begin_sign_in", params, asNobody(call));
    address.set(res, "sign-in", begun.browser_secret, new Date(Date.now() + signInMs));
    res.redirect(302, begun.authorization_url);
  },
};

const completeSignIn: Route = {
  ...page,
  path: callbackPath,
  operationId: "complete_sign_in",
  summary: "Takes the browser that comes back from Databricks.",
  readsQuery: true,
  async handle(exchange, services) {
    const { req, res, call } = exchange;
    const { gateway, address, sessions } = checked(services);
    try {
      const browserSecret = address.signInSecretOf(req);
      if (browserSecret === undefined) {
        throw new OperationError("SIGN_IN_FAILED", "No sign-in is under way in this browser. Sign in again.");
      }
      const params = { ...callbackOf(req), browser_secret: browserSecret };
      const previous = sessionIn(exchange, services);
      const auth = previous === undefined ? undefined : { session: previous };
      const signedIn = await gateway.session("complete_sign_in", params, { ...asNobody(call), auth });
      if (previous !== undefined) sessions.forget(previous);
      address.clear(res, "sign-in");
      address.set(res, "session", signedIn.session, new Date(signedIn.expires_at));
      res.redirect(302, new URL(signedIn.return_to, address.originFor(req)).href);
    } catch (error) {
      if (!sendFailurePage(req, res, error)) throw error;
    }
  },
};

/** For browsers, and not in the API document. */
export const signInPages: readonly Route[] = [login, completeSignIn];

/** Throws NOT_FOUND where people do not sign in with Databricks. */
function checked(services: Services): Services {
  if (wayOf(services.signIn, "databricks")) return services;
  throw new OperationError(
    "NOT_FOUND",
    "People do not sign in with Databricks here: that takes API_AUTH=databricks.",
  );
}

/** The audit log must not take somebody who has not signed in for a program on this machine. */
function asNobody(call: Exchange["call"]): Exchange["call"] {
  return { ...call, caller: "anonymous" };
}

/** Throws INVALID_PARAMETER_VALUE, which quotes no value. */
function callbackOf({ originalUrl }: Request) {
  const query = new URLSearchParams(originalUrl.split("?", 2)[1]);
  const values = Object.keys(callback.shape).flatMap((name) => {
    const [value, ...others] = query.getAll(name);
    if (others.length > 0)
      throw new OperationError("INVALID_PARAMETER_VALUE", `${name}: duplicate parameter`);
    return value === undefined ? [] : [[name, value] as const];
  });
  return parseParameters(callback, Object.fromEntries(values));
}

/** The session that the new one takes the place of. */
function sessionIn({ req }: Exchange, { address }: Services): string | undefined {
  try {
    return address.sessionOf(req);
  } catch {
    // What is no session cannot be ended, and is no reason to refuse another one.
    return undefined;
  }
}

/** Tells a person what went wrong, and how to go on. Returns false for a program, which gets the envelope. */
function sendFailurePage(req: Request, res: Response, error: unknown): boolean {
  if (!(error instanceof OperationError) || req.headers.accept?.includes("text/html") !== true) return false;
  const {
    error: message,
    status,
    error_code: code,
    request_id: id,
  } = toErrorEnvelope(error, res.locals.requestId);
  res.locals.errorCode = code;
  res
    .status(status)
    .type("html")
    .send(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,">
    <title>Sign-in failed</title>
  </head>
  <body>
    <h1>Sign-in failed</h1>
    <p>${escaped(message)}</p>
    <p><a href="${loginPath}">Sign in again</a></p>
    <p><small>Request ${escaped(id)}</small></p>
  </body>
</html>
`);
  return true;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
