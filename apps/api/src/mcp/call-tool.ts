import { asOperationError, OperationError, parseParameters } from "@front-door/operations";
import {
  type CallToolRequest,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import type { Access } from "./access.ts";
import { allowedGateway } from "./allowed-gateway.ts";
import { Confirmation } from "./confirmation.ts";
import { errorResult } from "./error-result.ts";
import type { McpCaller } from "./mcp-caller.ts";
import type { McpTool, ToolContext } from "./tool.ts";
import { whyNotAllowed } from "./tool-access.ts";
import { toolNamed } from "./tools.ts";

type CallParams = CallToolRequest["params"];

/** Runs a tool. Its failures are results that an agent can act on; a tool that does not exist is an error of the protocol. */
export async function callTool(
  { name, arguments: given = {} }: CallParams,
  access: Access,
  caller: McpCaller,
  context: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const tool = toolNamed(name);
  if (tool === undefined) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${JSON.stringify(name)}.`);
  }
  caller.onTool(name);
  try {
    const refusal = whyNotAllowed(tool, access);
    if (refusal !== undefined) throw new OperationError("OPERATION_NOT_ALLOWED", refusal);
    const { confirm, ...args } = given;
    const params = tool.question === undefined ? given : args;
    const parsed = parseParameters(tool.params, params, "The arguments") as never;
    const question = tool.question?.(parsed);
    const unconfirmed =
      question === undefined
        ? undefined
        : await askFirst(question, confirm, new Confirmation(name, parsed, caller, context), context);
    return unconfirmed ?? (await run(tool, parsed, access, caller, context));
  } catch (error) {
    const failure = asOperationError(error);
    caller.onFailure(error, failure);
    return errorResult(failure, caller.call.requestId);
  }
}

const answer = z.object({ confirm: z.boolean().describe("Yes, for good.") });

/**
 * Undefined once a person has agreed. Clients that can ask one are told to; for the others the argument `confirm` is the word of the
 * agent that it has asked.
 */
async function askFirst(
  question: string,
  confirm: unknown,
  confirmation: Confirmation,
  { mcpReq }: ServerContext,
): Promise<InputRequiredResult | undefined> {
  // Its type leaves out the keys that the protocol reserves.
  const envelope: Readonly<Record<string, unknown>> = { ...mcpReq.envelope };
  if (!canAsk(envelope[CLIENT_CAPABILITIES_META_KEY])) {
    if (confirm === true) return undefined;
    throw new OperationError(
      "INVALID_PARAMETER_VALUE",
      `confirm: must be true, because this cannot be undone. ${question} Ask the user first.`,
    );
  }
  const response = inputResponse(mcpReq.inputResponses, "confirm");
  // The answer to another question, or one that is too late, is none.
  if (response.kind !== "elicit" || !(await confirmation.isAnswered())) {
    const ask = inputRequired.elicit({ message: question, requestedSchema: answer });
    return inputRequired({ inputRequests: { confirm: ask }, requestState: await confirmation.state() });
  }
  if (response.action === "accept" && answer.safeParse(response.content).data?.confirm === true)
    return undefined;
  throw new OperationError("CANCELLED", "The user did not agree, so nothing was done.", { retryable: false });
}

/** Whether the client can show a form to a person. Without `form` and `url` in its capability, it can show forms only. */
function canAsk(capabilities: unknown): boolean {
  const { data } = z
    .object({ elicitation: z.object({ form: z.unknown(), url: z.unknown() }).partial() })
    .safeParse(capabilities);
  return data !== undefined && (data.elicitation.form !== undefined || data.elicitation.url === undefined);
}

async function run(
  tool: McpTool,
  args: never,
  access: Access,
  caller: McpCaller,
  context: ServerContext,
): Promise<CallToolResult> {
  const { gateway, settingsFile, call, waitMsMax, callsUnderWay } = caller;
  using underWay = callsUnderWay.begin(caller.agent, context.mcpReq.id);
  const toolContext: ToolContext = {
    gateway: allowedGateway(gateway, access),
    settingsFile,
    waitMsMax,
    call: { ...call, signal: AbortSignal.any([call.signal, context.mcpReq.signal, underWay.signal]) },
    progress: progressOf(context),
  };
  const { structured, content } = await tool.run(args, toolContext);
  return {
    content: content ?? [{ type: "text", text: JSON.stringify(structured) }],
    // Clients refuse a key that the schema does not have, and a field with a default that is missing.
    structuredContent: tool.result.parse(structured),
  };
}

function progressOf({ mcpReq }: ServerContext): ToolContext["progress"] {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  return async (message) => {
    if (progressToken === undefined) return;
    progress += 1;
    await mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, message } });
  };
}
