import { OperationError } from "@front-door/operations";
import type { ToolContext } from "../tool.ts";

/** Something that Databricks runs. */
export interface Work<State> {
  readonly isRunning: (state: State) => boolean;
  /** How far it is, for the agent. */
  readonly words: (state: State) => string;
  /** Gets its state. An agent that gives up does not end that: the work is still to be cancelled. */
  readonly look: (call: ToolContext["call"]) => Promise<State>;
  /** Undefined: this call has not started it, or nobody can cancel it. */
  readonly cancel: ((call: ToolContext["call"]) => Promise<unknown>) | undefined;
}

const firstPauseMs = 100;
const pauseMsMax = 2_000;

/**
 * The state of the work once it has ended, or as it is when the agent can wait no longer. When the agent cancels the call, it throws
 * CANCELLED, and cancels at Databricks what this call has started. What it only waits for may be somebody else's, and goes on.
 */
export async function waitFor<State>(
  first: State,
  work: Work<State>,
  { call, waitMsMax, progress }: ToolContext,
): Promise<State> {
  const { signal } = call;
  const detached = { ...call, signal: new AbortController().signal };
  const startedAt = performance.now();
  let state = first;
  for (let pauseMs = firstPauseMs; work.isRunning(state); pauseMs *= 1.5) {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs >= waitMsMax) return state;
    if (await isAbortedWithin(Math.min(pauseMs, pauseMsMax, waitMsMax - waitedMs), signal)) {
      // Even if the caller's time is over.
      await work.cancel?.({ ...detached, endsAt: undefined });
      const rest = work.cancel === undefined ? "What it waited for goes on." : "So was what it ran.";
      throw new OperationError("CANCELLED", `The call was cancelled. ${rest}`, { retryable: false });
    }
    await progress(`${work.words(state)} for ${Math.round(waitedMs / 1000)} s`);
    state = await work.look(detached);
  }
  return state;
}

/** Resolves to true at once when the signal is aborted, and to false after the time. */
function isAbortedWithin(ms: number, signal: AbortSignal): Promise<boolean> {
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
