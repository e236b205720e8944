import type { Tool } from "@modelcontextprotocol/server";
import * as z from "zod";
import type { Access } from "./access.ts";
import type { McpTool } from "./tool.ts";
import { whyNotAllowed } from "./tool-access.ts";
import { inputSchema, outputSchema } from "./tool-schema.ts";
import { isInToolsets, type Toolset, tools } from "./tools.ts";

/** Each set of allowed operations, with each set of toolsets, that somebody has asked for. */
const listsMax = 100;
const lists = new Map<string, readonly Tool[]>();

/** The tools of these toolsets that the caller may use. Made once for all callers who may use the same ones. */
export function toolList(access: Access, toolsets: readonly Toolset[]): readonly Tool[] {
  const key = `${toolsets.join()} ${access.key}`;
  const known = lists.get(key);
  if (known !== undefined) return known;
  const list = tools
    .filter((tool) => isInToolsets(tool, toolsets) && whyNotAllowed(tool, access) === undefined)
    .map((tool) => describedTool(tool, access.readOnly));
  if (lists.size >= listsMax) lists.clear();
  lists.set(key, list);
  return list;
}

const described = new Map<string, Tool>();

/** The tool as agents see it. Converting a schema costs more than the rest of a request. */
function describedTool(tool: McpTool, readOnly: boolean): Tool {
  const key = `${tool.name} ${readOnly}`;
  const known = described.get(key) ?? describe(tool, readOnly);
  described.set(key, known);
  return known;
}

function describe(tool: McpTool, readOnly: boolean): Tool {
  const { name, title, description, params, result, kind, idempotent, question } = tool;
  const asks = question !== undefined && !(readOnly && tool.readsWhereReadOnly);
  return {
    name,
    title,
    description,
    inputSchema: inputSchema(asks ? params.safeExtend(confirmation) : params),
    outputSchema: outputSchema(result),
    annotations:
      kind === "query" || (readOnly && tool.readsWhereReadOnly)
        ? { readOnlyHint: true, openWorldHint: false }
        : {
            readOnlyHint: false,
            // What is replaced is gone, too.
            destructiveHint: kind === "destructive" || "overwrite" in params.shape,
            idempotentHint: idempotent,
            openWorldHint: false,
          },
  };
}

/** The argument of every tool that can delete something. */
const confirmation = {
  confirm: z.boolean().optional().describe("True: the user has agreed to this deletion."),
};
