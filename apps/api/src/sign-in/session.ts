import { operationsOf, type SettingsEditors } from "./allowed-operations.ts";
import type { BrowserAddress } from "./browser-address.ts";
import { realm, type WayIn } from "./caller.ts";
import { isCallerName } from "./caller-name.ts";
import { unauthenticated } from "./credential-header.ts";
import type { KnownSessions } from "./known-sessions.ts";

export interface SessionWayParts {
  readonly address: BrowserAddress;
  readonly sessions: KnownSessions;
  readonly settingsEditors: SettingsEditors;
}

/** `API_AUTH=databricks`: the session of a browser whose user has signed in with Databricks. */
export function session({ address, sessions, settingsEditors }: SessionWayParts): WayIn {
  return {
    // Not registered either: draft-broyer-http-cookie-auth.
    challenge: `Cookie ${realm}, form-action="/auth/login", cookie-name="${address.sessionCookie}"`,
    credential: "a session's cookie",
    advice: "open /auth/login in a browser",
    credentialOf: (req) => address.sessionTextOf(req),
    async signIn(req, proxy) {
      // Beside a session nobody knows which one is meant, and alone it would be taken for one.
      if (req.headers.authorization !== undefined) {
        throw unauthenticated("The header Authorization is not read here: people sign in at /auth/login.");
      }
      if (proxy.accessToken !== undefined) {
        throw unauthenticated("X-Forwarded-Access-Token is not read here: people sign in at /auth/login.");
      }
      const id = address.sessionOf(req);
      if (id === undefined) throw unauthenticated("Nobody has signed in: open /auth/login in a browser.");
      const { requestId = "", span } = req.res?.locals ?? {};
      const { user_name: name, groups } = await sessions.find(id, {
        requestId,
        traceHeaders: span?.headers(),
      });
      if (!isCallerName(name)) throw unauthenticated("The user's name cannot be shown in a log.");
      return {
        name,
        mode: "databricks",
        groups,
        signedIn: true,
        session: id,
        allowedOperations: operationsOf(name, settingsEditors),
      };
    },
  };
}
