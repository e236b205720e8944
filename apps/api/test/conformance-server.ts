import { setTimeout as delay } from "node:timers/promises";
import { fromJsonSchema, inputRequired, McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import * as z from "zod";
import { startStack } from "./start-stack.ts";

/**
 * What the conformance suite of the protocol calls, behind the product's own route, guard and wiring: its tools, resources and
 * prompts have names and replies of their own. Prints the address, and runs until it is stopped. See scripts/mcp-conformance.sh.
 */
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const wav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";
const image = { type: "image", data: png, mimeType: "image/png" } as const;
const said = (content: object) => ({ role: "user", content }) as never;
const text = (words: string) => ({ type: "text", text: words }) as const;

function fixtures(): McpServer {
  const server = new McpServer(
    { name: "conformance", version: "1.0.0" },
    { capabilities: { logging: {}, completions: {}, resources: { subscribe: true } } },
  );
  addContentTools(server);
  addTalkingTools(server);
  addResources(server);
  addPrompts(server);
  return server;
}

function addContentTools(server: McpServer): void {
  const contents = {
    test_simple_text: [text("This is a simple text response for testing.")],
    test_image_content: [image],
    test_audio_content: [{ type: "audio", data: wav, mimeType: "audio/wav" }],
    test_embedded_resource: [
      {
        type: "resource",
        resource: {
          uri: "test://embedded-resource",
          mimeType: "text/plain",
          text: "This is an embedded resource content.",
        },
      },
    ],
    test_multiple_content_types: [
      text("Multiple content types test:"),
      image,
      {
        type: "resource",
        resource: {
          uri: "test://mixed-content-resource",
          mimeType: "application/json",
          text: JSON.stringify({ test: "data", value: 123 }),
        },
      },
    ],
  } as const;
  for (const [name, content] of Object.entries(contents)) {
    server.registerTool(name, { description: name }, () => ({ content: [...content] }));
  }
  server.registerTool("test_error_handling", { description: "Fails." }, () => {
    throw new Error("This tool intentionally returns an error for testing");
  });
  const inputSchema = fromJsonSchema({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    $defs: {
      address: { type: "object", properties: { street: { type: "string" }, city: { type: "string" } } },
    },
    properties: { name: { type: "string" }, address: { $ref: "#/$defs/address" } },
    additionalProperties: false,
  });
  server.registerTool("json_schema_2020_12_tool", { description: "A schema.", inputSchema }, () => ({
    content: [text("ok")],
  }));
}

function addTalkingTools(server: McpServer): void {
  server.registerTool("test_tool_with_logging", { description: "Logs." }, async ({ mcpReq }) => {
    for (const words of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
      await mcpReq.log("info", words);
      await delay(50);
    }
    return { content: [text("logged")] };
  });
  server.registerTool("test_tool_with_progress", { description: "Makes progress." }, async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        const params = { progressToken, progress, total: 100 };
        await mcpReq.notify({ method: "notifications/progress", params });
      }
      await delay(50);
    }
    return { content: [text("done")] };
  });
  // What a stateless server cannot do in the older revision is expected to fail: scripts/mcp-conformance.sh has the list.
  const message = z.object({ message: z.string() });
  const asks = { description: "Asks a person.", inputSchema: message };
  server.registerTool("test_elicitation", asks, ({ message: words }) =>
    inputRequired({
      inputRequests: {
        user: inputRequired.elicit({ message: words, requestedSchema: z.object({ username: z.string() }) }),
      },
    }),
  );
}

function addResources(server: McpServer): void {
  const add = (uri: string, contents: { text: string } | { blob: string }, mimeType: string) =>
    server.registerResource(uri, uri, { description: uri, mimeType }, () => ({
      contents: [{ uri, mimeType, ...contents }],
    }));
  add("test://static-text", { text: "This is the content of the static text resource." }, "text/plain");
  add("test://static-binary", { blob: png }, "image/png");
  add("test://watched-resource", { text: "watched" }, "text/plain");
  const template = new ResourceTemplate("test://template/{id}/data", { list: undefined });
  const mimeType = "application/json";
  server.registerResource("template", template, { description: "A template.", mimeType }, (uri, { id }) => ({
    contents: [
      {
        uri: uri.href,
        mimeType,
        text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
      },
    ],
  }));
  server.server.setRequestHandler("resources/subscribe", () => ({}));
  server.server.setRequestHandler("resources/unsubscribe", () => ({}));
  server.server.setRequestHandler("completion/complete", () => ({
    completion: { values: ["paris", "park"] },
  }));
}

function addPrompts(server: McpServer): void {
  const description = "A prompt.";
  server.registerPrompt("test_simple_prompt", { description }, () => ({
    messages: [said(text("This is a simple prompt for testing."))],
  }));
  const args = z.object({ arg1: z.string().describe("First."), arg2: z.string().describe("Second.") });
  server.registerPrompt(
    "test_prompt_with_arguments",
    { description, argsSchema: args },
    ({ arg1, arg2 }) => ({
      messages: [said(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
    }),
  );
  const uri = z.object({ resourceUri: z.string() });
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    { description, argsSchema: uri },
    ({ resourceUri }) => ({
      messages: [
        said({
          type: "resource",
          resource: {
            uri: resourceUri,
            mimeType: "text/plain",
            text: "Embedded resource content for testing.",
          },
        }),
        said(text("Please process the embedded resource above.")),
      ],
    }),
  );
  server.registerPrompt("test_prompt_with_image", { description }, () => ({
    messages: [said(image), said(text("Please analyze the image above."))],
  }));
}

const stack = await startStack({}, { mcpServerFor: fixtures });
process.stdout.write(`${stack.url}/mcp\n`);
process.once("SIGTERM", () => void stack.close());
