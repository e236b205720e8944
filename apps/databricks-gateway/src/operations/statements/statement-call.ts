import { OperationError } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { isCredentialRefused } from "../../databricks/credential.ts";
import { sdkContext } from "../../databricks/sdk-context.ts";

const statementsPath = "/api/2.0/sql/statements";

/**
 * One call of the Statement Execution API about one statement. Databricks shows a statement to the identity that
 * submitted it and to no other; that there is one of this id is not for others to know, so a 403 is a 404 here.
 */
export async function statementCall<Reply>(
  method: "GET" | "POST",
  statementId: string,
  rest: string,
  signal: AbortSignal,
): Promise<Reply> {
  const path = `${statementsPath}/${encodeURIComponent(statementId)}${rest}`;
  const headers = new Headers({ accept: "application/json" });
  try {
    const reply = await getWorkspaceClient().api.request(
      { path, method, headers, raw: false },
      sdkContext(signal),
    );
    // As the SDK's services do; the contract's schema checks the fields that are used.
    return reply as Reply;
  } catch (error) {
    if (!(error instanceof OperationError) || (error.status !== 403 && error.status !== 404)) throw error;
    // A token that is not accepted says nothing about statements, and its caller has to hear what is wrong.
    if (isCredentialRefused(error.status, error.message)) throw error;
    throw new OperationError("NOT_FOUND", "This identity has no statement of this id.", { cause: error });
  }
}

/** Starts a statement; see {@link statementCall}. */
export async function submit<Reply>(payload: object, signal: AbortSignal): Promise<Reply> {
  const headers = new Headers({ accept: "application/json", "content-type": "application/json" });
  const reply = await getWorkspaceClient().api.request(
    { path: statementsPath, method: "POST", headers, payload, raw: false },
    sdkContext(signal),
  );
  return reply as Reply;
}
