import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Wait, Waits } from "../run-product.ts";

const intervalMs = 50;
const attemptMs = 1_000;

/** With Node alone: the entry runs as root, which loads no package. */
export const untilUp: Waits = { answers, listens };

function answers(url: string, wait: Wait): Promise<boolean> {
  return untilSuccess(wait, async (signal) => {
    // An agent of its own: NODE_USE_ENV_PROXY would send even this through the proxy.
    const request = get(url, { agent: false, signal });
    const [response] = await once(request, "response");
    response.resume();
    return response.statusCode === 200;
  });
}

function listens(port: number, wait: Wait): Promise<boolean> {
  return untilSuccess(wait, async (signal) => {
    const socket = connect({ host: "127.0.0.1", port, signal });
    await once(socket, "connect");
    socket.destroy();
    return true;
  });
}

async function untilSuccess(
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
