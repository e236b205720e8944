import { setTimeout as sleep } from "node:timers/promises";
import { isConnectionLost } from "./gateway-failure.ts";

/** All connections to a process that has died break, and some of them a moment later. */
const pauseMs = 50;

/** Repeats, once, what may run twice and whose connection broke before a reply: most often the gateway's process has ended. */
export async function onceAgain<Reply>(
  attempt: () => Promise<Reply>,
  { signal }: { readonly signal?: AbortSignal | undefined },
  idempotent: () => boolean,
): Promise<Reply> {
  try {
    return await attempt();
  } catch (error) {
    if (!isConnectionLost(error) || signal?.aborted || !idempotent()) throw error;
    await sleep(pauseMs);
    return attempt();
  }
}
