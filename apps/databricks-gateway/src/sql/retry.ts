import { setTimeout as delay } from "node:timers/promises";
import type { Credential } from "../databricks/credential.ts";
import { isRefusedCredential, isSurelyNotStarted, retryAfterMsOf } from "./statement-error.ts";

const attemptsMax = 3;
const firstDelayMs = 200;
/** Who is asked to wait longer is told so: a caller should not hang here for what it can decide itself. */
const delayMsMax = 5_000;

/**
 * Repeats `call` while Databricks has surely not begun it: 429, 503 and refused connections, at most twice, after the
 * time that `Retry-After` says. The driver repeats neither OpenSession nor ExecuteStatement (docs/sdk-transport.md, driver 7).
 * Never after a connection that broke: the statement may be running. A call whose credential was refused is repeated
 * once, at once, if there is another credential by then. Throws the driver's error or the signal's reason.
 */
export async function whileNotStarted<T>(
  call: () => Promise<T>,
  credential: Credential,
  signal: AbortSignal,
): Promise<T> {
  let renewed = false;
  for (let attempt = 1; ; attempt++) {
    // The driver asks for the same a moment later; only so it is known which one was refused.
    const authorization = await credential.authorization();
    try {
      return await call();
    } catch (error) {
      if (!renewed && isRefusedCredential(error) && (await credential.renew(authorization))) {
        renewed = true;
        continue;
      }
      const delayMs = retryAfterMsOf(error) ?? firstDelayMs * 2 ** (attempt - 1);
      const hopeless = attempt === attemptsMax || delayMs > delayMsMax || signal.aborted;
      if (hopeless || !isSurelyNotStarted(error)) throw error;
      await delay(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
