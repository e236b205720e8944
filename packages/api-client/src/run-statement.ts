import type { CallOptions } from "./client-options.ts";
import { FrontDoorError } from "./front-door-error.ts";
import type { Operations } from "./generated/operations.gen.ts";
import type { Statement } from "./generated/types.gen.ts";
import { type Http, type ObservedCall, requestIdOf } from "./http.ts";
import { sleep } from "./retry.ts";

export interface WaitOptions extends CallOptions {
  /** Called with each state that is seen. */
  readonly onState?: (statement: Statement) => void;
  /** The first pause between two looks, in milliseconds; each is half as long again, up to 5 s. Default: 250. */
  readonly pollMs?: number;
}

type StatementOperations = Pick<Operations, "submitStatement" | "getStatement" | "cancelStatement">;

const pollMsDefault = 250;
const pollMsMax = 5_000;

/**
 * Submits a statement and waits until it has succeeded. Throws a FrontDoorError if it fails or is cancelled elsewhere. An
 * abort cancels it at Databricks.
 */
export async function runStatement(
  http: Http,
  operations: StatementOperations,
  params: Parameters<Operations["submitStatement"]>[0],
  options: WaitOptions = {},
): Promise<Statement> {
  let requestId: string | undefined;
  const call: ObservedCall = {
    ...options,
    onReply: (response) => {
      requestId = requestIdOf(response);
    },
  };
  // Without the signal: only a statement whose id is known can be cancelled.
  const submit = async () => operations.submitStatement(params, { ...call, signal: undefined, retries: 0 });
  const statement = await http.retrying(options, submit);
  try {
    options.signal?.throwIfAborted();
    const ended = await waitForEnd(statement, options, async () =>
      operations.getStatement({ ...workspaceOf(params), statement_id: statement.statement_id }, call),
    );
    if (ended.state === "SUCCEEDED") return ended;
    throw failureOf(ended, requestId);
  } catch (error) {
    if (options.signal?.aborted === true) {
      const { statement_id } = statement;
      await operations.cancelStatement({ ...workspaceOf(params), statement_id }).catch(() => undefined);
    }
    throw error;
  }
}

async function waitForEnd(
  submitted: Statement,
  { signal, onState, pollMs = pollMsDefault }: WaitOptions,
  look: () => Promise<Statement>,
): Promise<Statement> {
  let statement = submitted;
  let pauseMs = pollMs;
  for (;;) {
    onState?.(statement);
    if (statement.state !== "PENDING" && statement.state !== "RUNNING") return statement;
    await sleep(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 1.5, pollMsMax);
    statement = await look();
  }
}

function workspaceOf({ workspace }: { readonly workspace?: string | undefined }) {
  return workspace === undefined ? {} : { workspace };
}

function failureOf({ state, error }: Statement, requestId: string | undefined): FrontDoorError {
  const { message = `The statement ended as ${state}.`, ...details } = error ?? {};
  return new FrontDoorError(message, {
    code: state === "FAILED" ? "STATEMENT_FAILED" : "CANCELLED",
    status: 400,
    retryable: false,
    requestId,
    details: [details],
  });
}
