import { createHash } from "node:crypto";
import type { CallOptions, GatewayClient } from "@front-door/gateway-client";
import type { SessionResult } from "@front-door/operations";
import { LRUCache } from "lru-cache";

const knownMax = 10_000;
/** A session that ends elsewhere keeps its name here for as long. The gateway refuses its operations at once. */
const knownMs = 30_000;

export type SessionView = SessionResult<"get_session">;

/** Who has a session, as the gateway says. Remembers it for half a minute, so that not every request asks. */
export class KnownSessions {
  readonly #gateway: Pick<GatewayClient, "session">;
  readonly #known = new LRUCache<string, Promise<SessionView>>({ max: knownMax, ttl: knownMs });

  constructor(gateway: Pick<GatewayClient, "session">) {
    this.#gateway = gateway;
  }

  /** Throws SESSION_ENDED, SIGN_IN_UNAVAILABLE or GATEWAY_UNAVAILABLE. */
  async find(id: string, call: Pick<CallOptions, "requestId" | "traceHeaders">): Promise<SessionView> {
    const key = keyOf(id);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const asked = this.#gateway.session("get_session", {}, { ...call, auth: { session: id } });
    this.#known.set(key, asked);
    // Only an answer is remembered.
    asked.catch(() => this.#known.delete(key));
    return asked;
  }

  /** The same as the gateway says now, whatever was remembered. */
  async findAnew(id: string, call: Pick<CallOptions, "requestId" | "traceHeaders">): Promise<SessionView> {
    this.forget(id);
    return this.find(id, call);
  }

  forget(id: string): void {
    this.#known.delete(keyOf(id));
  }
}

/** The ids themselves are kept no longer than their requests. */
function keyOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}
