import { asOperationError } from "@front-door/operations";

/**
 * Runs what comes after the start of something at Databricks. A passing failure is thrown with `goOn`, which names what has begun, and
 * without the advice to call again: an agent that did so would start it twice.
 */
export async function afterStart<Result>(goOn: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const failure = asOperationError(error);
    if (!failure.retryable && failure.status < 500) throw error;
    throw failure.with({ retryable: false }, `${failure.message} It has begun. ${goOn}`);
  }
}
