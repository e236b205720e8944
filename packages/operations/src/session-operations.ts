import * as z from "zod";

const opaque = (what: string) => z.string().min(1).max(4096).describe(what);

const session = z.object({
  user_name: z.string().describe("Who has signed in, as Databricks names them."),
  display_name: z.string().optional().describe("The name to show."),
  groups: z.array(z.string()).describe("Their groups at Databricks when they signed in."),
  workspace: z.string().describe("The workspace of the sign-in, which the session is good for."),
  expires_at: z.iso.datetime().describe("When the session ends at the latest."),
});

/**
 * What the front door asks of the gateway to sign people in with Databricks, by `POST /run` like an operation. They run as
 * nobody, so no policy applies. `get_session` and `end_session` mean the session in `auth`; so does `complete_sign_in`, which
 * ends the one that the browser had before. Nothing of their parameters and results may be logged.
 */
export const sessionOperations = {
  begin_sign_in: {
    params: z.strictObject({
      redirect_uri: z.url().max(2048).describe("Where Databricks sends the browser back to."),
      return_to: z.string().max(4096).describe("Comes back with the completed sign-in."),
      browser_secret: opaque("Of the cookie, if this browser has another sign-in under way.").optional(),
    }),
    result: z.object({
      authorization_url: z.url().describe("The page of Databricks to send the browser to."),
      browser_secret: opaque("For a cookie: only the browser that has it can complete the sign-in."),
    }),
  },
  complete_sign_in: {
    params: z.strictObject({
      state: opaque("Of the callback."),
      browser_secret: opaque("Of the cookie."),
      code: opaque("Of the callback.").optional(),
      iss: opaque("Of the callback.").optional(),
      error: opaque("Of the callback.").optional(),
    }),
    result: session.extend({
      session: z.string().describe("The id of the new session."),
      return_to: z.string().describe("As the sign-in began with it."),
    }),
  },
  get_session: { params: z.strictObject({}), result: session },
  end_session: { params: z.strictObject({}), result: z.object({}) },
} as const;

export type SessionOperation = keyof typeof sessionOperations;
export type SessionParams<Name extends SessionOperation> = z.input<
  (typeof sessionOperations)[Name]["params"]
>;
export type SessionResult<Name extends SessionOperation> = z.output<
  (typeof sessionOperations)[Name]["result"]
>;

export function isSessionOperation(name: string): name is SessionOperation {
  return Object.hasOwn(sessionOperations, name);
}
