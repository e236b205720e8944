import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const intervalMs = 50;
const attemptMs = 1_000;

export interface Wait {
  readonly timeoutMs: number;
  /** Ends the waiting at once. */
  readonly signal: AbortSignal;
}

/** Waits until the URL answers 200, and says whether it did. */
export function answers(url: string, wait: Wait): Promise<boolean> {
  return untilUp(wait, async (signal) => {
    // An agent of its own: NODE_USE_ENV_PROXY would send even this through the proxy.
    const request = get(url, { agent: false, signal });
    const [response] = await once(request, "response");
    response.resume();
    return response.statusCode === 200;
  });
}

/** Waits until something on this machine accepts connections on the port, and says whether it does. */
export function listens(port: number, wait: Wait): Promise<boolean> {
  return untilUp(wait, async (signal) => {
    const socket = connect({ host: "127.0.0.1", port, signal });
    await once(socket, "connect");
    socket.destroy();
    return true;
  });
}

async function untilUp(
  { timeoutMs, signal }: Wait,
  attempt: (signal: AbortSignal) => Promise<boolean>,
): Promise<boolean> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!signal.aborted && performance.now() < giveUpAt) {
    const bound = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]);
    if (await attempt(bound).catch(() => false)) return true;
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
