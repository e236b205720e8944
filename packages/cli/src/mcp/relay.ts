import type { Readable } from "node:stream";
import { type Sink, say } from "../output/terminal.ts";
import { linesOf, type Message, messagesOf } from "./json-messages.ts";

export interface RelayOptions {
  /** Of `/mcp`. */
  readonly url: URL;
  /** Those that say who calls. */
  readonly headers: Readonly<Record<string, string>>;
  readonly input: Readable;
  readonly output: Sink;
  /** Ends the relay. */
  readonly signal: AbortSignal;
}

/** JSON-RPC's code for a server that has no more to say than a text. */
const serverError = -32_000;
const parseError = -32_700;

/**
 * Passes each message of an agent on to `/mcp`, and what comes back on to the agent: between the protocol's two transports, stdio
 * and Streamable HTTP. It knows no tool. Resolves when the input has ended and everything is answered. The signal cancels what is under
 * way.
 */
export async function relay(options: RelayOptions): Promise<void> {
  const connection = new Connection(options);
  try {
    for await (const line of linesOf(options.input)) {
      if (line.trim() !== "") connection.receive(line);
    }
    await connection.settled();
  } finally {
    connection.close();
  }
}

class Connection {
  readonly #options: RelayOptions;
  readonly #underWay = new Map<Message["id"], AbortController>();
  readonly #unanswered = new Set<Promise<void>>();
  /** What the server has answered to `initialize`, in the older revision. */
  #protocolVersion: string | undefined;
  #name: string | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    const end = () => {
      options.input.destroy();
      this.close();
    };
    options.signal.addEventListener("abort", end, { once: true });
  }

  receive(line: string): void {
    const message = parsed(line);
    if (message === undefined) {
      this.#answer(this.#reply(null, parseError, "The line is not a JSON object."));
    } else if (message.method === "notifications/cancelled") {
      // Hanging up cancels the call, in both revisions.
      this.#underWay.get(message.params?.["requestId"] as Message["id"])?.abort();
    } else {
      this.#answer(this.#pass(line, message));
    }
  }

  /** Resolves when every message so far is answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#unanswered);
  }

  close(): void {
    for (const controller of this.#underWay.values()) controller.abort();
  }

  #answer(answering: Promise<void>): void {
    const answered = answering.finally(() => this.#unanswered.delete(answered));
    this.#unanswered.add(answered);
  }

  async #pass(line: string, message: Message): Promise<void> {
    const { id } = message;
    const controller = new AbortController();
    if (id !== undefined) this.#underWay.set(id, controller);
    try {
      await this.#send(line, message, controller.signal);
    } catch (error) {
      if (controller.signal.aborted || id === undefined) return;
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const why = cause instanceof Error ? cause.message : String(cause);
      await this.#reply(
        id,
        serverError,
        `The front door at ${this.#options.url.origin} cannot be reached: ${why}`,
      );
    } finally {
      this.#underWay.delete(id);
    }
  }

  async #send(line: string, message: Message, signal: AbortSignal): Promise<void> {
    const { url, output } = this.#options;
    const headers = {
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      ...this.#options.headers,
      ...this.#headersOf(message),
    };
    const response = await fetch(url, { method: "POST", headers, body: line, signal, redirect: "error" });
    this.#name ??= response.headers.get("mcp-session-id") ?? undefined;
    if (response.headers.get("content-type")?.startsWith("text/event-stream") && response.body !== null) {
      for await (const text of messagesOf(response.body)) {
        this.#remember(text, message);
        await output.write(`${text}\n`);
      }
      return;
    }
    const text = await response.text();
    const reply = parsed(text);
    if (message.id === undefined) return;
    if (reply !== undefined && ("result" in reply || "id" in reply)) {
      this.#remember(text, message);
      // Without the line ends that would make several messages of it.
      await output.write(`${JSON.stringify(JSON.parse(text))}\n`);
    } else {
      await this.#reply(message.id, serverError, refusal(response.status, reply));
    }
  }

  /** The headers that say the same as the body, for whatever is between the two. */
  #headersOf({ method, params }: Message): Record<string, string> {
    const meta = params?.["_meta"] as Readonly<Record<string, unknown>> | undefined;
    const own = meta?.["io.modelcontextprotocol/protocolVersion"];
    const version = typeof own === "string" ? own : this.#protocolVersion;
    const name = method === "resources/read" ? params?.["uri"] : params?.["name"];
    return {
      ...(version === undefined ? {} : { "mcp-protocol-version": version }),
      ...(this.#name === undefined ? {} : { "mcp-session-id": this.#name }),
      ...(typeof own === "string" && method !== undefined ? { "mcp-method": method } : {}),
      ...(typeof own === "string" && typeof name === "string" ? { "mcp-name": headerValue(name) } : {}),
    };
  }

  #remember(text: string, { method }: Message): void {
    if (method !== "initialize") return;
    const version = parsed(text)?.result?.["protocolVersion"];
    if (typeof version === "string") this.#protocolVersion = version;
  }

  async #reply(id: Message["id"], code: number, message: string): Promise<void> {
    // Agents show the errors of a server that they cannot start, and many show nothing else.
    say(`Error: ${message}`);
    await this.#options.output.write(`${JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } })}\n`);
  }
}

function parsed(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What the front door's error envelope says. */
function refusal(status: number, reply: object | undefined): string {
  const { error, error_code: code } = { ...reply } as {
    readonly error?: unknown;
    readonly error_code?: unknown;
  };
  return typeof error === "string" && typeof code === "string" ? `${error} (${code})` : `HTTP ${status}`;
}

/** The protocol's form for what a header cannot hold. */
function headerValue(text: string): string {
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith("=?base64?")) return text;
  return `=?base64?${Buffer.from(text).toString("base64")}?=`;
}
