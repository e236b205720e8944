import type { OperationError } from "@front-door/operations";
import type { Exchange, Services } from "../routing/route.ts";
import type { Access } from "./access.ts";
import type { CallsUnderWay } from "./calls-under-way.ts";
import type { ToolContext } from "./tool.ts";
import type { Toolset } from "./tools.ts";

/** Who sends one message of the protocol, and what it is served with. */
export interface McpCaller extends Pick<ToolContext, "waitMsMax"> {
  readonly gateway: Services["gateway"];
  readonly settingsFile: Services["settingsFile"];
  readonly call: Exchange["call"];
  readonly toolsets: readonly Toolset[];
  readonly callsUnderWay: CallsUnderWay;
  /** Signs what a person is asked to confirm. */
  readonly confirmationKey: Buffer;
  /** Whose calls this caller can cancel by another request. Undefined: nobody's. */
  readonly agent: string | undefined;
  /** What the caller may run. Asked only if the message needs to know. */
  readonly access: () => Promise<Access>;
  /** Called with what a message did wrong, for the log. */
  readonly onProtocolError: (error: Error) => void;
  /** Called with the name of a tool that is about to run, for the log. */
  readonly onTool: (name: string) => void;
  /** Called with what a tool threw, and with what of it the caller sees. */
  readonly onFailure: (error: unknown, failure: OperationError) => void;
}
