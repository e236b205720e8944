import { productVersion } from "@front-door/service-runtime";
import { createMcpHandler, type McpServer, Server } from "@modelcontextprotocol/server";
import { callTool } from "./call-tool.ts";
import type { McpCaller } from "./mcp-caller.ts";
import { getPrompt, promptList } from "./prompts.ts";
import { listResources, listResourceTemplates, readResource } from "./resources.ts";
import { toolList } from "./tool-list.ts";

const instructions =
  "Databricks through Databricks Front Door, as the signed-in user. Find tables with search_catalog, look at one with describe_table before you query it, and let SQL aggregate instead of fetching many rows. Other tools are in toolsets that the user chooses by ?toolsets= in the server's URL.";

/** For as long a client may keep a list. What is refused meanwhile says so. */
const ttlMs = 60_000;
/** It varies by who calls. */
const ofCaller = { ttlMs, cacheScope: "private" } as const;

/** Makes a server for one message. The conformance suite has another one. */
export type ServerFactory = (caller: McpCaller) => Server | McpServer;

/** Answers one message of the protocol, of either revision. `parsedBody` is the request's body. */
export function answerMcp(
  request: Request,
  parsedBody: unknown,
  caller: McpCaller,
  serverFor: ServerFactory = createServer,
): Promise<Response> {
  // Nothing changes that a client could subscribe to.
  const handler = createMcpHandler(() => serverFor(caller), {
    maxSubscriptions: 0,
    onerror: caller.onProtocolError,
  });
  return handler.fetch(request, { parsedBody });
}

/**
 * The low-level server, because its list of tools is made once: `McpServer` would convert every schema for every request.
 * Everything that it offers follows from what the caller may do.
 */
function createServer(caller: McpCaller): Server {
  const server = new Server(
    { name: "databricks-front-door", title: "Databricks Front Door", version: productVersion },
    {
      capabilities: { tools: {}, resources: {}, prompts: {} },
      instructions,
      cacheHints: {
        "tools/list": ofCaller,
        "prompts/list": { ttlMs, cacheScope: "public" },
        "resources/templates/list": ofCaller,
        "server/discover": { ttlMs, cacheScope: "public" },
      },
      // A stateless server cannot ask the client of an older revision anything.
      inputRequired: { legacyShim: false },
    },
  );
  server.setRequestHandler("tools/list", async () => ({
    tools: [...toolList(await caller.access(), caller.toolsets)],
  }));
  server.setRequestHandler("tools/call", async ({ params }, context) =>
    callTool(params, await caller.access(), caller, context),
  );
  server.setRequestHandler("resources/list", async ({ params }) =>
    listResources(params?.cursor, await caller.access(), caller),
  );
  server.setRequestHandler("resources/templates/list", async () =>
    listResourceTemplates(await caller.access()),
  );
  server.setRequestHandler("resources/read", async ({ params }) =>
    readResource(params.uri, await caller.access(), caller),
  );
  server.setRequestHandler("prompts/list", () => promptList);
  server.setRequestHandler("prompts/get", ({ params }) => getPrompt(params.name, params.arguments));
  return server;
}
