import { OperationError } from "@front-door/operations";
import * as z from "zod";
import { checkCookieOrigin } from "../http/cross-origin.ts";
import { sendJson } from "../http/send-json.ts";
import type { Route } from "../routing/route.ts";
import type { SessionView } from "../sign-in/known-sessions.ts";
import { modesOf, wayOf } from "../sign-in/sign-in-config.ts";

/** The page to send a browser to. */
export const loginPath = "/auth/login";

const common = {
  tag: "Sign-in",
  open: true,
  limited: true,
  errors: ["UNAUTHENTICATED", "RATE_LIMITED", "SIGN_IN_UNAVAILABLE", "GATEWAY_UNAVAILABLE"],
} as const;

const sessionReply = z
  .object({
    signed_in: z.boolean().describe("Whether this browser has a session."),
    api_auth: z.string().describe("How callers sign in here, comma-separated: the setting `API_AUTH`."),
    login_path: z
      .string()
      .optional()
      .describe(
        "Where a browser goes to sign in; `?return_to=` is the path to come back to. Absent where people do not sign in with Databricks.",
      ),
    user_name: z.string().optional().describe("Who has signed in, as Databricks names them."),
    display_name: z.string().optional().describe("The name to show."),
    workspace: z.string().optional().describe("The workspace where operations run as this person."),
    expires_at: z.iso.datetime().optional().describe("When the session ends at the latest."),
  })
  .meta({ id: "Session" });

export const getSession: Route = {
  ...common,
  method: "get",
  path: "/auth/session",
  operationId: "get_session",
  summary: "Who has signed in with this browser, and how to.",
  description:
    "With `API_AUTH=databricks`, people sign in with Databricks: a browser goes to `/auth/login?return_to=/path`, and comes back from Databricks' own page with a session in a cookie that no script can read. Requests with it run as this person. A session that has ended, or none, is `signed_in: false`.",
  replies: {
    200: {
      description: "Whether somebody has signed in, and who.",
      json: sessionReply,
      example: {
        signed_in: true,
        api_auth: "databricks",
        login_path: loginPath,
        user_name: "alice@example.com",
        display_name: "Alice Example",
        workspace: "default",
        expires_at: "2030-01-31T20:00:00.000Z",
      },
    },
  },
  async handle({ req, res, call }, { signIn, address, sessions }) {
    const api_auth = modesOf(signIn);
    if (!wayOf(signIn, "databricks")) return sendJson(res, 200, { signed_in: false, api_auth });
    const id = address.sessionOf(req);
    const found = id === undefined ? undefined : await sessions.findAnew(id, call).catch(noneIfEnded);
    if (id !== undefined && found === undefined) address.clearSession(res);
    const { groups: _, ...about } = { api_auth, login_path: loginPath, ...found };
    sendJson(res, 200, { signed_in: found !== undefined, ...about });
  },
};

export const endSession: Route = {
  ...common,
  method: "post",
  path: "/auth/logout",
  operationId: "end_session",
  summary: "Signs this browser out: ends its session, if it has one.",
  description:
    "The gateway forgets the session and its tokens at once. Databricks has no way to revoke a token, so one that was in use for a request stays valid there until it expires.",
  replies: { 204: { description: "The browser has no session any more." } },
  async handle({ req, res, call }, { signIn, address, sessions, gateway }) {
    const id = wayOf(signIn, "databricks") ? address.sessionOf(req) : undefined;
    if (id !== undefined) {
      checkCookieOrigin(req);
      const found = await sessions.find(id, call).catch(noneIfEnded);
      sessions.forget(id);
      if (found !== undefined) {
        const caller = { caller: found.user_name, callerMode: "databricks" } as const;
        await gateway.session("end_session", {}, { ...call, ...caller, auth: { session: id } });
      }
      // Not before: without the cookie, a sign-out that is sent again would end nothing.
      address.clearSession(res);
    }
    res.status(204).end();
  },
};

function noneIfEnded(error: unknown): SessionView | undefined {
  if (error instanceof OperationError && error.code === "SESSION_ENDED") return undefined;
  throw error;
}
