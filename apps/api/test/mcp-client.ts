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
