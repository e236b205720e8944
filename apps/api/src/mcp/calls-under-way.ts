/** A call of a tool that an agent can cancel by another request. */
interface CallUnderWay extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * The calls of this process that are running. In the older revision of the protocol a request of its own cancels a call, and no
 * connection joins the two. `agent` is who may cancel it: the caller, and the connection as the agent itself numbers its requests.
 * Undefined is nobody: only hanging up ends that call.
 */
export class CallsUnderWay {
  readonly #controllers = new Map<string, AbortController>();

  begin(agent: string | undefined, id: string | number): CallUnderWay {
    const controller = new AbortController();
    if (agent === undefined) return { signal: controller.signal, [Symbol.dispose]: () => undefined };
    const key = keyOf(agent, id);
    this.#controllers.set(key, controller);
    return {
      signal: controller.signal,
      [Symbol.dispose]: () => {
        if (this.#controllers.get(key) === controller) this.#controllers.delete(key);
      },
    };
  }

  /** Does nothing if there is no such call, or if another process runs it. */
  cancel(agent: string | undefined, id: string | number): void {
    if (agent !== undefined) this.#controllers.get(keyOf(agent, id))?.abort();
  }
}

function keyOf(agent: string, id: string | number): string {
  return JSON.stringify([agent, id]);
}
