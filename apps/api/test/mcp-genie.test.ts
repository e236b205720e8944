import { afterAll, beforeAll, expect, it } from "vitest";
import { callTool, connectMcp } from "./mcp-client.ts";
import { type Stack, startStack, tokens } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

it("ask_genie answers with the SQL that Genie wrote and its rows, and takes a follow-up", async () => {
  const headers = { authorization: `Bearer ${tokens.alice}` };
  const client = await connectMcp(stack.url, "2026-07-28", { headers, query: "?toolsets=genie" });
  const { structured: listed } = await callTool(client, "list_genie_spaces");
  const { space_id } = listed.spaces[0];
  const first = await callTool(client, "ask_genie", { space_id, question: "How many trips are there?" });
  expect([first.isError, first.structured]).toEqual([
    false,
    expect.objectContaining({
      status: "COMPLETED",
      sql: expect.stringMatching(/count/i),
      rows: [[expect.any(String)]],
    }),
  ]);
  const { conversation_id, message_id } = first.structured;
  const again = await callTool(client, "ask_genie", { space_id, conversation_id, message_id });
  expect(again.structured).toEqual(first.structured);
  await client.close();
});
