import waitOn from "wait-on";
import type { Wait, Waits } from "./run-product.ts";

const intervalMs = 50;

/** By wait-on, which has no signal: when the wait is over for another reason, it goes on until its own time is up. */
export const untilUp: Waits = {
  answers: (url, wait) => isUp(`http-get://${url.slice("http://".length)}`, wait),
  listens: (port, wait) => isUp(`tcp:127.0.0.1:${port}`, wait),
};

async function isUp(resource: string, { timeoutMs, signal }: Wait): Promise<boolean> {
  const stopping = new Promise<false>((done) => signal.addEventListener("abort", () => done(false)));
  const up = waitOn({ resources: [resource], interval: intervalMs, timeout: timeoutMs, proxy: false }).then(
    () => true,
    () => false,
  );
  return (await Promise.race([up, stopping])) && !signal.aborted;
}
