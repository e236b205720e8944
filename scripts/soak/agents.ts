import { jsonOf, type Lane } from "./lane.ts";
import { expectRows, ownRows } from "./queries.ts";

/** A tool call over MCP: who one is, or a query. */
export async function callTool(lane: Lane): Promise<void> {
  const { caller, judge, random } = lane;
  const id = random.between(1, 1_000_000);
  if (random.next() < 0.5) {
    const found = await call(lane, id, "me", {});
    if (found === undefined) return;
    judge.expect(found["user_name"] === caller.identity, "tool me: another identity", () => found);
    return;
  }
  const own = ownRows(lane, 50);
  const found = await call(lane, id, "query", { sql: own.sql, params: own.params });
  if (found === undefined || found["state"] !== "SUCCEEDED") return;
  expectRows(lane, "tool query", own, (found["rows"] ?? []) as unknown[][]);
}

/** The result of a tool, or undefined if it failed. */
async function call(
  lane: Lane,
  id: number,
  name: string,
  args: object,
): Promise<Record<string, unknown> | undefined> {
  const reply = await lane.send({
    method: "POST",
    path: "/mcp",
    body: { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } },
    headers: { accept: "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25" },
    mayRunTwice: true,
    streams: true,
  });
  if (reply.kind !== "ok") return undefined;
  const text = reply.body.toString();
  const line = text.split("\n").findLast((each) => each.startsWith("data: ")) ?? `data: ${text}`;
  const answer = jsonOf(lane, `tool ${name}`, Buffer.from(line.slice("data: ".length)));
  if (answer === undefined) return undefined;
  lane.judge.expect(answer["id"] === id, `tool ${name}: the answer to another call`, () => [id, answer]);
  const result = answer["result"] as { isError?: boolean; structuredContent?: Record<string, unknown> };
  lane.judge.count(result?.isError === true ? "tool calls: failed" : "tool calls: ok");
  return result?.isError === true ? undefined : result?.structuredContent;
}
