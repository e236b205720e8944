import { setTimeout as delay } from "node:timers/promises";
import type { Credential } from "../databricks/credential.ts";
import { isRefusedCredential, isSurelyNotStarted, retryAfterMsOf } from "./statement-error.ts";

const attemptsMax = 3;
const firstDelayMs = 200;
/** The caller decides about a longer wait. */
const delayMsMax = 5_000;

/**
 * Repeats `call` if Databricks surely did not start it: after 429, 503 and a refused connection, at most twice, when
 * `Retry-After` has passed. It never repeats after a broken connection, since the statement may be running. A call whose
 * credential was refused is repeated once, at once, if there is another credential. The driver repeats neither OpenSession
 * nor ExecuteStatement (docs/sdk-transport.md, driver 7). Throws the driver's error or the signal's reason.
 */
export async function whileNotStarted<T>(
  call: () => Promise<T>,
  credential: Credential,
  signal: AbortSignal,
): Promise<T> {
  let renewed = false;
  for (let attempt = 1; ; attempt++) {
    // The driver asks for the same one a moment later. It is read here to know which one was refused.
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
