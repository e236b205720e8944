import { operationsOf, type SettingsEditors } from "./allowed-operations.ts";
import { realm, type WayIn } from "./caller.ts";
import { isCallerName } from "./caller-name.ts";
import { unauthenticated } from "./credential-header.ts";
import type { KnownSessions } from "./known-sessions.ts";
import type { BrowserAddress } from "./session-cookie.ts";

export interface SessionWayParts {
  readonly address: BrowserAddress;
  readonly sessions: KnownSessions;
  readonly settingsEditors: SettingsEditors;
}

/** Anything else that says who calls. */
const otherCredentials = ["authorization", "x-api-key"];

/** `API_AUTH=databricks`: the session of a browser whose user has signed in with Databricks. */
export function session({ address, sessions, settingsEditors }: SessionWayParts): WayIn {
  return {
    // Not registered either: draft-broyer-http-cookie-auth.
    challenge: `Cookie ${realm}, form-action="/auth/login", cookie-name="${address.cookieName("session")}"`,
    header: "cookie",
    async signIn(req, proxy) {
      const other = otherCredentials.find((name) => req.headers[name] !== undefined);
      if (other !== undefined) {
        throw unauthenticated(`The header ${other} is not read here: people sign in at /auth/login.`);
      }
      if (proxy.accessToken !== undefined) {
        throw unauthenticated("X-Forwarded-Access-Token is not read here: people sign in at /auth/login.");
      }
      const id = address.sessionOf(req);
      if (id === undefined) throw unauthenticated("Nobody has signed in: open /auth/login in a browser.");
      const { user_name: name } = await sessions.find(id, { requestId: req.res?.locals.requestId ?? "" });
      if (!isCallerName(name)) throw unauthenticated("The user's name cannot be shown in a log.");
      return {
        name,
        signedIn: true,
        session: id,
        allowedOperations: operationsOf(name, settingsEditors),
      };
    },
  };
}
