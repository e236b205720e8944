import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const intervalMs = 50;

/**
 * Whether the front door at `url` returns 200 for `GET /ready` in time, which it does when the gateway behind it has an
 * identity.
 */
export async function untilReady(url: string, timeoutMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMs);
  while (!signal.aborted) {
    if (await isReady(url, signal)) return true;
    await sleep(intervalMs);
  }
  return false;
}

/** Without the global agent, which asks a proxy where `NODE_USE_ENV_PROXY` is set. */
function isReady(url: string, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const asked = get(`${url}/ready`, { agent: false, signal }, (reply) => {
    resolve(reply.resume().statusCode === 200);
  });
  asked.on("error", () => resolve(false));
  return promise;
}
