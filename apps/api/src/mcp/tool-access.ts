import type { GatewayClient } from "@front-door/gateway-client";
import type { OperationName } from "@front-door/operations";
import { LRUCache } from "lru-cache";
import type { Exchange } from "../routing/route.ts";
import { allows } from "../sign-in/allowed-operations.ts";
import type { Caller } from "../sign-in/caller.ts";
import type { Access } from "./access.ts";
import type { McpTool } from "./tool.ts";

const rememberedMax = 1_000;
/** A change of the access file shows in lists of tools after this time. It holds for calls at once. */
const rememberedMs = 5_000;

/** Asks the gateway what each caller may run, and remembers it for a moment. */
export class ToolAccess {
  readonly #gateway: GatewayClient;
  readonly #remembered = new LRUCache<string, Promise<Access>>({ max: rememberedMax, ttl: rememberedMs });

  constructor(gateway: GatewayClient) {
    this.#gateway = gateway;
  }

  /** Throws what the gateway throws for a caller whom no rule is for, or whose session has ended. */
  async of(caller: Caller, call: Exchange["call"]): Promise<Access> {
    const key = JSON.stringify([
      caller.mode,
      caller.name,
      call.callerGroups,
      caller.allowedOperations,
      // Not the credentials: no policy looks at more than what kind they are.
      Object.keys(call.auth ?? {}),
      call.workspace,
    ]);
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const asked = this.#ask(caller, call);
    this.#remembered.set(key, asked);
    // Only an answer is remembered.
    asked.catch(() => this.#remembered.delete(key));
    return asked;
  }

  async #ask({ allowedOperations }: Caller, call: Exchange["call"]): Promise<Access> {
    // Others may wait for the same answer.
    const { operations, read_only: readOnly } = await this.#gateway.allowedOperations({
      ...call,
      signal: undefined,
    });
    const allowed = operations.filter((name) => allows(allowedOperations, name));
    return { operations: new Set(allowed), readOnly, key: JSON.stringify([allowed, readOnly]) };
  }
}

/** Why the caller may not use the tool, or undefined. The list of tools and every call go by this. */
export function whyNotAllowed(
  { name, kind, needs, readsWhereReadOnly }: McpTool,
  { operations, readOnly }: Access,
): string | undefined {
  const missing = needs.find((each: OperationName) => !operations.has(each));
  if (readOnly && kind !== "query" && readsWhereReadOnly === undefined) {
    return `${name} changes something, and this installation is read-only for you.`;
  }
  return missing === undefined ? undefined : `${name} needs the operation ${missing}, which you may not run.`;
}
