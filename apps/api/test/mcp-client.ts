import { Client, type ClientOptions, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

export const revisions = ["2025-11-25", "2026-07-28"] as const;
export type Revision = (typeof revisions)[number];

export interface Connect extends ClientOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

/** The official client, connected to `/mcp` in one of the two revisions. */
export async function connectMcp(
  url: string,
  revision: Revision,
  { headers = {}, query = "", ...options }: Connect = {},
): Promise<Client> {
  const mode = revision === "2026-07-28" ? { pin: revision } : "legacy";
  const client = new Client({ name: "test", version: "1.0.0" }, { ...options, versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp${query}`), {
    requestInit: { headers },
  });
  await client.connect(transport);
  return client;
}

export interface ToolResult {
  readonly isError: boolean;
  readonly text: string;
  // A test says what it expects of a result, whatever it is.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly structured: any;
  readonly links: readonly string[];
}

/** Calls a tool, and takes its result apart. */
export async function callTool(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
  options: Parameters<Client["callTool"]>[1] = {},
): Promise<ToolResult> {
  const {
    isError = false,
    content,
    structuredContent,
  } = await client.callTool({ name, arguments: args }, options);
  return {
    isError,
    text: content.flatMap((each) => (each.type === "text" ? [each.text] : [])).join("\n"),
    structured: structuredContent,
    links: content.flatMap((each) => (each.type === "resource_link" ? [each.uri] : [])),
  };
}

export async function toolNames(client: Client): Promise<string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

/** The message that calls a tool in revision 2026-07-28, from a client that can show a question, with the headers that go with it. */
export function toolCall(name: string, args: object, more: object = {}) {
  const meta = "io.modelcontextprotocol";
  const _meta = {
    [`${meta}/protocolVersion`]: "2026-07-28",
    [`${meta}/clientInfo`]: { name: "test", version: "1.0.0" },
    [`${meta}/clientCapabilities`]: { elicitation: { form: {} } },
  };
  return {
    json: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args, _meta, ...more } },
    headers: {
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": name,
    },
  };
}

/** The result in a reply, which is JSON or a single server-sent event. */
export function resultIn({ text }: { readonly text: string }) {
  return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)).result;
}
