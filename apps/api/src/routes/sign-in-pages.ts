import { OperationError, parseParameters, toErrorEnvelope } from "@front-door/operations";
import type { Request } from "express";
import * as z from "zod";
import type { Exchange, Route, Services } from "../routing/route.ts";
import { wayOf } from "../sign-in/sign-in-config.ts";
import { loginPath } from "./session-routes.ts";
import { signInFailedPage } from "./sign-in-failed-page.ts";

const callbackPath = "/auth/callback";
const signInMs = 10 * 60_000;

const page = { tag: "Sign-in", open: true, limited: true, method: "get", errors: [], replies: {} } as const;

/** In base64 they still fit into a cookie. Browsers drop one of more than 4,096 bytes, and then no sign-in can complete. */
const returnToBytesMax = 3000;

/** A path of this server: nothing that a browser could take for another origin. A longer one leads to the start. */
const returnTo = z
  .string()
  .regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u, "must be a path of this server, like /query")
  .transform((path) => (Buffer.byteLength(path) <= returnToBytesMax ? path : "/"))
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
  async handle(exchange, services) {
    const { req, res, query, call } = exchange;
    const { gateway, address } = ifPeopleSignIn(services);
    const { return_to: path } = query as { return_to: string };
    const { "sec-fetch-site": site, "sec-fetch-mode": mode = "navigate" } = req.headers;
    // Browsers send both. The `fetch` of a program sends only the mode.
    if (site !== undefined && mode !== "navigate") {
      // By images and fetches, any page could begin so many that there is no room for those of this person's colleagues.
      throw new OperationError(
        "ORIGIN_NOT_ALLOWED",
        "A browser must open this address as a page: no script can sign anybody in.",
      );
    }
    await orTellPerson(exchange, path, async () => {
      const params = {
        redirect_uri: `${address.originFor(req)}${callbackPath}`,
        return_to: path,
        // Another tab may be signing in too: neither ends what the other has begun.
        browser_secret: address.signInOf(req)?.secret,
      };
      const begun = await gateway.session("begin_sign_in", params, asNobody(call));
      const signIn = { secret: begun.browser_secret, returnTo: path };
      address.setSignIn(res, signIn, new Date(Date.now() + signInMs));
      res.redirect(302, begun.authorization_url);
    });
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
    const { gateway, address, sessions } = ifPeopleSignIn(services);
    const begun = orUndefined(() => address.signInOf(req));
    await orTellPerson(exchange, begun?.returnTo ?? "/", async () => {
      const browserSecret = address.signInOf(req)?.secret;
      if (browserSecret === undefined) {
        throw new OperationError("SIGN_IN_FAILED", "No sign-in is under way in this browser. Sign in again.");
      }
      const params = { ...callbackOf(req), browser_secret: browserSecret };
      // The session that the new one takes the place of.
      const previous = orUndefined(() => address.sessionOf(req));
      const auth = previous === undefined ? undefined : { session: previous };
      const signedIn = await gateway.session("complete_sign_in", params, { ...asNobody(call), auth });
      if (previous !== undefined) sessions.forget(previous);
      address.setSession(res, signedIn.session, new Date(signedIn.expires_at));
      res.redirect(302, new URL(signedIn.return_to, address.originFor(req)).href);
    });
  },
};

/** For browsers, and not in the API document. */
export const signInPages: readonly Route[] = [login, completeSignIn];

/** Throws NOT_FOUND where people do not sign in with Databricks. */
function ifPeopleSignIn(services: Services): Services {
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

/** Tells a person what went wrong, and how to sign in again for the same page. A program gets the envelope. */
async function orTellPerson({ req, res }: Exchange, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof OperationError) || req.headers.accept?.includes("text/html") !== true) throw error;
    const { requestId } = res.locals;
    const { error: message, status, error_code: code } = toErrorEnvelope(error, requestId);
    res.locals.errorCode = code;
    // The path may come from a cookie.
    const back = returnTo.safeParse(path).data ?? "/";
    const url = back === "/" ? loginPath : `${loginPath}?return_to=${encodeURIComponent(back)}`;
    res
      .status(status)
      .type("html")
      .send(signInFailedPage(message, url, requestId));
  }
}

/** Undefined for a cookie that cannot be read, where that is no reason to refuse the request. */
function orUndefined<Read>(read: () => Read): Read | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
