import { setTimeout as sleep } from "node:timers/promises";
import { isConnectionLost, isGatewayAbsent } from "./gateway-failure.ts";
import type { GatewayPresence } from "./gateway-presence.ts";
import { inTime, type Patience } from "./in-time.ts";

/** All connections to a process that has died break, and some of them a moment later. */
const pauseMs = 50;

export interface SentRequest extends Patience {
  readonly presence: GatewayPresence;
  /** Whether it may be sent again although it may have run. Asked only if that matters: long SQL takes a while. */
  readonly isRepeatable: () => boolean;
}

/**
 * Repeats what was not sent because no gateway listens, as soon as there is one, and once what may run twice and whose
 * connection broke before a reply: most often the gateway's process has ended.
 */
export async function sendPatiently<Reply>(
  attempt: () => Promise<Reply>,
  { presence, isRepeatable, signal, endsAt }: SentRequest,
): Promise<Reply> {
  for (let isRepeated = false; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (isGatewayAbsent(error)) {
        if (!(await inTime({ signal, endsAt }, (ending) => presence.back(ending)))) throw error;
      } else {
        if (isRepeated || !isConnectionLost(error) || signal?.aborted || !isRepeatable()) throw error;
        isRepeated = true;
        await sleep(pauseMs);
      }
    }
  }
}
