import {
  OperationError,
  parseParameters,
  type RunRequest,
  type SessionOperation,
  type SessionParams,
  type SessionResult,
  sessionOperations,
} from "@front-door/operations";
import type { FastifyRequest } from "fastify";
import type * as z from "zod";
import type { Session } from "../auth/sessions/sessions.ts";
import type { Workspaces } from "../auth/workspaces.ts";
import { countedAs } from "./check-caller.ts";

interface Call {
  readonly params: unknown;
  /** The id of the session that the request is about. */
  readonly session: string | undefined;
}

/**
 * Signs people in and out for the front door. The audit log has a line for all but looking at a session, which every page of
 * a browser does. Throws OperationErrors.
 */
export async function runSessionOperation(
  name: SessionOperation,
  { params, auth }: RunRequest,
  request: FastifyRequest,
  { workspaces }: { readonly workspaces: Workspaces },
): Promise<object> {
  const { raw, trace, body } = request;
  if (body === raw) {
    throw new OperationError(
      "UNSUPPORTED_MEDIA_TYPE",
      `The content type of ${name} must be application/json.`,
    );
  }
  if (auth !== undefined && auth.session === undefined) {
    throw new OperationError("INVALID_PARAMETER_VALUE", `auth: ${name} takes a session only`);
  }
  const { sessions } = workspaces;
  if (name !== "get_session") trace.op = name;
  const call: Call = { params, session: auth?.session };
  const workspace = sessions.workspace.config.name;
  switch (name) {
    case "begin_sign_in": {
      const { authorizationUrl, browserSecret } = await sessions.beginSignIn(
        paramsOf(name, call),
        countedAs(request),
      );
      const begun: SessionResult<typeof name> = {
        authorization_url: authorizationUrl,
        browser_secret: browserSecret,
      };
      return begun;
    }
    case "complete_sign_in": {
      const {
        id,
        session,
        auth: signedIn,
        returnTo,
      } = await sessions.completeSignIn(paramsOf(name, call), call.session);
      trace.auth = signedIn;
      const completed: SessionResult<typeof name> = {
        ...describe(session, workspace),
        session: id,
        return_to: returnTo,
      };
      return completed;
    }
    case "get_session":
      paramsOf(name, call);
      return describe(await sessions.look(sessionOf(name, call)), workspace);
    case "end_session": {
      paramsOf(name, call);
      const ended = await sessions.end(sessionOf(name, call));
      if (ended !== undefined) trace.auth = ended;
      return {};
    }
  }
}

function paramsOf<Name extends SessionOperation>(name: Name, { params }: Call): SessionParams<Name> {
  // `sessionOperations[name]` is that of `Name`, which TypeScript does not follow through the index.
  return parseParameters<z.ZodType<SessionParams<Name>>>(
    sessionOperations[name].params as unknown as z.ZodType<SessionParams<Name>>,
    params,
  );
}

function sessionOf(name: SessionOperation, { session }: Call): string {
  if (session !== undefined) return session;
  throw new OperationError("INVALID_PARAMETER_VALUE", `auth.session: ${name} needs the id of a session`);
}

function describe(
  { userName, displayName, groups, endsAt }: Session,
  workspace: string,
): SessionResult<"get_session"> {
  return {
    user_name: userName,
    display_name: displayName,
    groups: [...groups],
    workspace,
    expires_at: new Date(endsAt).toISOString(),
  };
}
