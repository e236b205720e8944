import { get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const intervalMs = 50;

/**
 * Whether the front door at `url` returns 200 for `GET /ready` in time, which it does when the gateway behind it has an
 * identity.
 */
export async function untilReady(url: string, timeoutMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMs);
  while (!signal.aborted) {
    if ((await statusOf(`${url}/ready`, signal)) === 200) return true;
    await delay(intervalMs);
  }
  return false;
}

/** Undefined without a reply. Never asks a proxy of the environment, which the agent that all share can. */
function statusOf(url: string, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, { signal, agent: false }, (reply) => resolve(reply.resume().statusCode)).on("error", () =>
      resolve(undefined),
    );
  });
}
