import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { type ErrorReply, toUpstreamError } from "../../databricks/api-error.ts";
import { oauthErrorOf } from "../sign-in-error.ts";
import type { SubjectToken } from "./subject-token.ts";

const shownMax = 200;
const refusals = new Set(["invalid_grant", "invalid_client", "unauthorized_client", "invalid_request"]);

/** A refused exchange, in words that say which federation policy is missing; undefined if the reply is none. */
export function federationRefusal(
  { clientId, issuer, audience, subject }: SubjectToken,
  reply: ErrorReply,
  redact: Redactor,
): OperationError | undefined {
  const code = oauthErrorOf(reply.text)?.code;
  if (reply.status >= 500 || code === undefined || !refusals.has(code)) return undefined;
  const [whose, command, who] =
    clientId === undefined
      ? [
          "of the account",
          "databricks account federation-policy create",
          "the user that it names is not in the workspace",
        ]
      : [
          `of the service principal ${clientId}`,
          "databricks account service-principal-federation-policy create",
          "the service principal is not in the workspace",
        ];
  const claims = `issuer ${shown(issuer)}, audience ${shown(audience)}, sub ${shown(subject ?? "none")}`;
  return new OperationError(
    "IDENTITY_NOT_ALLOWED",
    `Databricks did not accept the JWT (${claims}): no federation policy ${whose} matches it, or ${who}. An account admin makes a policy with \`${command}\` or in the account console.`,
    { surelyNotRun: true, cause: toUpstreamError(reply, redact) },
  );
}

function shown(claim: string): string {
  return JSON.stringify(claim.slice(0, shownMax));
}
