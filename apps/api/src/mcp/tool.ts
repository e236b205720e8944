import type { Domain, OperationName } from "@front-door/operations";
import type { CallToolResult } from "@modelcontextprotocol/server";
import type * as z from "zod";
import type { Exchange, Services } from "../routing/route.ts";
import type { AllowedGateway } from "./allowed-gateway.ts";

/** What a tool works with: the caller of one `tools/call`, and what the front door has. */
export interface ToolContext {
  readonly gateway: AllowedGateway;
  readonly settingsFile: Services["settingsFile"];
  /** As whom every operation of the tool runs. Its signal is aborted when the agent cancels the call or hangs up. */
  readonly call: Exchange["call"];
  /** Milliseconds that a tool may wait for something that Databricks runs. Agents give up after a minute. */
  readonly waitMsMax: number;
  /** Tells the agent how far the work is, if it asked to be told. */
  readonly progress: (message: string) => Promise<void>;
}

export interface ToolOutput {
  /** A JSON object. It is the text of the result too, unless there is `content`. */
  readonly structured: Readonly<Record<string, unknown>>;
  readonly content?: CallToolResult["content"];
}

export interface McpTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The toolset that it is in. */
  readonly domain: Domain;
  /** Whether it is in the list of an agent that asks for no toolset. */
  readonly listedByDefault: boolean;
  /** A tool that can delete something is destructive, whatever else it does. */
  readonly kind: "query" | "mutation" | "destructive";
  /** In an installation that only reads, it only reads too: the gateway judges what it is given. */
  readonly readsWhereReadOnly?: true;
  readonly idempotent: boolean;
  /** The operations without which it is of no use. A caller who may not run all of them does not have the tool. */
  readonly needs: readonly OperationName[];
  readonly params: z.ZodObject;
  readonly result: z.ZodObject;
  /** What a person should confirm before these arguments are used; undefined: nothing. */
  readonly question?: (args: Readonly<Record<string, unknown>>) => string | undefined;
  /** Runs with arguments that `params` has parsed. Throws an OperationError. */
  run(args: never, context: ToolContext): Promise<ToolOutput>;
}

/** A tool, whose `run` gets the arguments that its schema describes. */
export function defineTool<Params extends z.ZodObject>(
  tool: Omit<McpTool, "params" | "run"> & {
    readonly params: Params;
    run(args: z.output<Params>, context: ToolContext): Promise<ToolOutput>;
  },
): McpTool {
  return tool;
}
