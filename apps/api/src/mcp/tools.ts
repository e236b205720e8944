import type { JsonOperationName } from "@front-door/gateway-client";
import {
  type Domain,
  definitionOf,
  domains,
  OperationError,
  type OperationName,
  operations,
} from "@front-door/operations";
import { operationTool } from "./operation-tool.ts";
import type { McpTool } from "./tool.ts";
import { askGenie } from "./tools/ask-genie.ts";
import { describeTable } from "./tools/describe-table.ts";
import { query } from "./tools/query.ts";
import { readFile } from "./tools/read-file.ts";
import { runJobAndWait } from "./tools/run-job-and-wait.ts";
import { writeFile } from "./tools/write-file.ts";

/** Made of several operations, for what agents do most. */
const composed: readonly McpTool[] = [query, describeTable, readFile, writeFile, askGenie, runJobAndWait];

/** The operations that an agent without toolsets gets as they are, besides the composed tools. */
const mostUsed: ReadonlySet<string> = new Set<OperationName>([
  "me",
  "list_catalogs",
  "list_schemas",
  "list_tables",
  "list_directory",
  "list_warehouses",
  "list_genie_spaces",
  "list_jobs",
  "search_catalog",
]);

const operationTools = (Object.keys(operations) as OperationName[])
  .filter(isJsonWithRoute)
  .toSorted()
  .map((name) => operationTool(name, mostUsed.has(name)));

/** Every tool, always in the same order. */
export const tools: readonly McpTool[] = [...composed, ...operationTools];

const byName = new Map(tools.map((tool) => [tool.name, tool]));

export function toolNamed(name: string): McpTool | undefined {
  return byName.get(name);
}

/** The others move rows or files: composed tools do that. */
function isJsonWithRoute(name: OperationName): name is JsonOperationName {
  const { route, transfer } = definitionOf(name);
  return route !== undefined && transfer === "json";
}

/** Names of toolsets: `default`, `all`, or a domain. */
export type Toolset = "default" | "all" | Domain;

/** The toolsets that a comma-separated list names. Throws INVALID_PARAMETER_VALUE for an unknown one. */
export function parseToolsets(text: string | undefined): readonly Toolset[] {
  const names = (text ?? "default").split(",").map((name) => name.trim());
  const unknown = names.find((name) => !isToolset(name));
  if (unknown === undefined) return [...new Set(names.filter(isToolset))].toSorted();
  const known = ["default", "all", ...new Set(tools.map(({ domain }) => domain))].join(", ");
  throw new OperationError(
    "INVALID_PARAMETER_VALUE",
    `toolsets: there is no toolset ${JSON.stringify(unknown.slice(0, 60))}. Known: ${known}`,
  );
}

function isToolset(name: string): name is Toolset {
  return name === "default" || name === "all" || Object.hasOwn(domains, name);
}

export function isInToolsets({ domain, listedByDefault }: McpTool, toolsets: readonly Toolset[]): boolean {
  return toolsets.some(
    (each) => each === "all" || each === domain || (each === "default" && listedByDefault),
  );
}
