import { createRequestStateCodec, type ServerContext } from "@modelcontextprotocol/server";
import type { McpCaller } from "./mcp-caller.ts";

/** Long enough for a person who has to ask somebody. */
const ttlSeconds = 600;

/**
 * Binds a person's answer to the question: the caller, the tool and its arguments. The client keeps the signed state between the two,
 * so that any replica can take the answer.
 */
export class Confirmation {
  readonly #codec: ReturnType<typeof createRequestStateCodec>;
  readonly #context: ServerContext;

  constructor(
    tool: string,
    args: unknown,
    { confirmationKey: key, call }: McpCaller,
    context: ServerContext,
  ) {
    const { caller, callerMode, workspace } = call;
    const question = JSON.stringify([caller ?? null, callerMode ?? null, workspace ?? null, tool, args]);
    this.#codec = createRequestStateCodec({ key, ttlSeconds, bind: () => question });
    this.#context = context;
  }

  /** The state to send with the question. */
  state(): Promise<string> {
    return this.#codec.mint(null, this.#context);
  }

  /** Whether the answer that has come is to this very question, and not too late. */
  async isAnswered(): Promise<boolean> {
    const state = this.#context.mcpReq.requestState();
    if (typeof state !== "string") return false;
    return this.#codec.verify(state, this.#context).then(
      () => true,
      () => false,
    );
  }
}
