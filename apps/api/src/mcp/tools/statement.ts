import { OperationError, type OperationResult } from "@front-door/operations";
import type { ToolContext } from "../tool.ts";
import { waitFor } from "./wait-for.ts";

type Statement = OperationResult<"get_statement">;

const running: ReadonlySet<string> = new Set(["PENDING", "RUNNING"]);

/**
 * A statement that has succeeded, or that still runs when the agent can wait no longer. Throws STATEMENT_FAILED, or CANCELLED. If this
 * call has started the statement (`isOwn`), the statement ends with it.
 */
export async function settledStatement(
  first: Statement,
  { isOwn }: { readonly isOwn: boolean },
  context: ToolContext,
): Promise<Statement> {
  const { gateway } = context;
  const { statement_id } = first;
  const statement = await waitFor(
    first,
    {
      isRunning: ({ state }) => running.has(state),
      words: ({ state }) => state,
      look: (call) => gateway.call("get_statement", { statement_id }, call),
      cancel: isOwn ? (call) => gateway.call("cancel_statement", { statement_id }, call) : undefined,
    },
    context,
  );
  if (statement.state === "SUCCEEDED" || running.has(statement.state)) return statement;
  throw failure(statement);
}

function failure({ statement_id, state, error }: Statement): OperationError {
  if (state === "CANCELED") {
    return new OperationError("CANCELLED", "The statement was cancelled.", { retryable: false });
  }
  if (state === "CLOSED") {
    return new OperationError(
      "NOT_FOUND",
      `The result of the statement ${statement_id} is gone. Run it again.`,
    );
  }
  const { message = "The statement failed.", error_class, sql_state } = error ?? {};
  return new OperationError("STATEMENT_FAILED", message, { details: [{ error_class, sql_state }] });
}
