import { randomUUID } from "node:crypto";
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Sent {
  readonly id: string;
  readonly kind: "short" | "upload";
  readonly sentAt: number;
  /** Undefined while nothing came, or when the connection ended without a whole reply. */
  status?: number;
}

/** Callers of the front door while it stops: short calls one after the other, and uploads that take seconds. */
export class Load {
  readonly sent: Sent[] = [];
  readonly #origin: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #running: Promise<void>[] = [];
  #over = false;

  constructor(origin: string) {
    this.#origin = origin;
  }

  start(): void {
    for (let worker = 0; worker < 8; worker += 1) this.#running.push(this.#shortCalls());
    for (let upload = 0; upload < 10; upload += 1) this.#running.push(this.#upload(upload));
  }

  /** No new call begins; resolves when those that run have ended. */
  async end(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#running);
    this.#agent.destroy();
  }

  async #shortCalls(): Promise<void> {
    while (!this.#over) {
      const went = await this.#call("short", "/api/catalogs", "GET");
      // The front door is closed: no reason to knock a thousand times a second.
      if (!went) await sleep(50);
    }
  }

  /** Ten pieces in three seconds. */
  async #upload(number: number): Promise<void> {
    const path = encodeURIComponent(`/Volumes/main/default/files/load/${number}.bin`);
    await this.#call("upload", `/api/files?path=${path}`, "PUT", 10, 300);
  }

  async #call(kind: Sent["kind"], path: string, method: string, pieces = 0, pauseMs = 0): Promise<boolean> {
    const id = randomUUID();
    const call: Sent = { id, kind, sentAt: Date.now() };
    this.sent.push(call);
    const outgoing = request(`${this.#origin}${path}`, {
      method,
      agent: this.#agent,
      headers: { "x-request-id": id },
    });
    const reply = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once("response", resolve).once("error", reject);
    });
    // Else it would count as unhandled while the pieces are on their way.
    reply.catch(() => undefined);
    for (let piece = 0; piece < pieces && !outgoing.destroyed; piece += 1) {
      outgoing.write(Buffer.alloc(10_000, piece));
      await sleep(pauseMs);
    }
    outgoing.end();
    try {
      const response = await reply;
      for await (const _ of response);
      if (response.complete && response.statusCode !== undefined) call.status = response.statusCode;
      return true;
    } catch {
      return false;
    }
  }
}
