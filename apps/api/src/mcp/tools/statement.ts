import { type OperationResult, OperationError } from "@front-door/operations";
import type { ToolContext } from "../tool.ts";

type Statement = OperationResult<"get_statement">;

const running: readonly string[] = ["PENDING", "RUNNING"];
const firstPauseMs = 100;
const pauseMsMax = 2_000;

/**
 * The statement once it has ended, or as it is when the agent can wait no longer. Cancels it at Databricks when the agent cancels
 * the call. Throws STATEMENT_FAILED, or CANCELLED.
 */
export async function settledStatement(first: Statement, context: ToolContext): Promise<Statement> {
  const { signal } = context.call;
  const startedAt = performance.now();
  let statement = first;
  for (let pauseMs = firstPauseMs; running.includes(statement.state); pauseMs *= 1.5) {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs >= context.waitMsMax) return statement;
    const isAborted = await paused(Math.min(pauseMs, pauseMsMax, context.waitMsMax - waitedMs), signal);
    if (isAborted) return cancelled(statement, context);
    await context.progress(`${statement.state} for ${Math.round(waitedMs / 1000)} s`);
    statement = await stateOf(statement, context);
  }
  if (statement.state === "SUCCEEDED") return statement;
  throw failure(statement);
}

/** Aborting is no failure here: the statement is still to be cancelled. */
async function stateOf({ statement_id }: Statement, { gateway, call }: ToolContext): Promise<Statement> {
  return gateway.call("get_statement", { statement_id }, { ...call, signal: undefined });
}

/** Resolves to true at once when the signal is aborted, and to false after the time. */
function paused(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(false), ms);
    const onAbort = () => done(true);
    const done = (aborted: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      resolve(aborted);
    };
    signal.addEventListener("abort", onAbort);
  });
}

async function cancelled({ statement_id }: Statement, { gateway, call }: ToolContext): Promise<never> {
  // The agent does not wait for it any more.
  await gateway.call("cancel_statement", { statement_id }, { ...call, signal: undefined });
  throw new OperationError("CANCELLED", "The call was cancelled, and so was its statement.");
}

function failure({ statement_id, state, error }: Statement): OperationError {
  if (state === "CANCELED") return new OperationError("CANCELLED", "The statement was cancelled.");
  if (state === "CLOSED") {
    return new OperationError(
      "NOT_FOUND",
      `The result of the statement ${statement_id} is gone. Run it again.`,
    );
  }
  const { message = "The statement failed.", error_class, sql_state } = error ?? {};
  return new OperationError("STATEMENT_FAILED", message, { details: [{ error_class, sql_state }] });
}
