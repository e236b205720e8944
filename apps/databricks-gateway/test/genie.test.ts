import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  errorOf,
  type GatewayUnderTest,
  startGateway,
  startWorkspace,
  tokenOf,
  until,
} from "./gateway-under-test.ts";
import { answeredTaxi, askTaxi, taxiSpace } from "./operations/genie-cases.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
  gateway.audit.length = 0;
});
afterEach(() => workspace.clearFaults());

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Databricks' own id of the conversation. */
const as = (caller: string) => ({ headers: { "x-gateway-caller": caller } });

const rawId = ({ conversation_id }: { conversation_id: string }) => conversation_id.split(".")[0] ?? "";

test("a question that no query answers is answered with those that the space can answer", async () => {
  const ids = await askTaxi(gateway, "Why?");
  const { body } = await gateway.run("get_genie_message", ids);
  expect(body).toMatchObject({
    status: "COMPLETED",
    attachments: [
      { suggested_questions: { questions: expect.arrayContaining(["How many trips are there?"]) } },
    ],
  });
});

test("each call is the one that Databricks documents, and has one audit line with its ids", async () => {
  const { attachment_id, ...ids } = await answeredTaxi(gateway);
  const { message_id, ...conversation } = ids;
  workspace.clearRequests();
  gateway.audit.length = 0;
  await gateway.run("start_genie_conversation", { ...taxiSpace, content: "Why?" });
  await gateway.run("create_genie_message", { ...conversation, content: "Why?" });
  await gateway.run("get_genie_message", ids);
  await gateway.run("get_genie_query_result", { ...ids, attachment_id });
  await gateway.run("list_genie_spaces", { max_results: 1, page_token: undefined });
  const space = `/api/2.0/genie/spaces/${taxiSpace.space_id}`;
  const messages = `${space}/conversations/${rawId(ids)}/messages`;
  const body = JSON.stringify({ content: "Why?" }).length;
  expect(workspace.requests()).toMatchObject([
    { method: "POST", path: `${space}/start-conversation`, bodyBytes: body },
    { method: "POST", path: messages, bodyBytes: body },
    { method: "GET", path: `${messages}/${message_id}` },
    { method: "GET", path: `${messages}/${message_id}/attachments/${attachment_id}/query-result` },
    { method: "GET", path: "/api/2.0/genie/spaces", query: { page_size: "1" } },
  ]);
  expect(gateway.audit.map(({ target }) => target)).toEqual([
    taxiSpace,
    conversation,
    ids,
    { ...ids, attachment_id },
    null,
  ]);
});

test("spaces are listed page by page, through empty pages, each once", async () => {
  workspace.addFault({ path: "/api/2.0/genie/spaces", emptyPages: 2 });
  const first = await gateway.run("list_genie_spaces", { max_results: 1 });
  const { next_page_token: page_token } = first.body;
  const second = await gateway.run("list_genie_spaces", { max_results: 1, page_token });
  const titles = [first, second].map(({ body }) => body.spaces.map(({ title }: { title: string }) => title));
  expect(titles).toEqual([["Taxi trips"], ["Ledger"]]);
  expect(second.body.next_page_token).toBeUndefined();
});

test("watch_genie_message sends a line for each change, and goes on while Databricks is too busy", async () => {
  const ids = await askTaxi(gateway);
  const path = `/api/2.0/genie/spaces/${ids.space_id}/conversations/${rawId(ids)}/messages/${ids.message_id}`;
  const being = (status: string) => ({ path, times: 1, status: 200, body: { ...ids, id: 7, status } });
  workspace.addFault(being("ASKING_AI"));
  workspace.addFault({ path, times: 1, status: 429, headers: { "retry-after": "0" }, body: "" });
  workspace.addFault(being("ASKING_AI"));
  workspace.addFault(being("A_NEW_STATUS"));
  workspace.addFault(being("CANCELLED"));
  const { text } = await gateway.run("watch_genie_message", ids);
  expect(linesOf(text)).toEqual([
    { ...ids, status: "ASKING_AI" },
    { ...ids, status: "A_NEW_STATUS" },
    { ...ids, status: "CANCELLED" },
    { complete: true },
  ]);
}, 20_000);

test("watch_genie_message stops asking when its caller hangs up, and ends with the envelope of a failure", async () => {
  const ids = await askTaxi(gateway);
  const running = { status: 200, body: { ...ids, status: "ASKING_AI" } };
  workspace.addFault({ nth: 1, ...running });
  workspace.addFault({ nth: 3, ...running });
  workspace.addFault({ nth: 2, status: 403, body: { error_code: "PERMISSION_DENIED", message: "no" } });
  const lines = linesOf((await gateway.run("watch_genie_message", ids)).text);
  expect(lines).toMatchObject([{ status: "ASKING_AI" }, { error_code: "PERMISSION_DENIED", status: 403 }]);

  gateway.audit.length = 0;
  const { body } = await gateway.open("watch_genie_message", ids);
  await body[Symbol.asyncIterator]().next();
  body.destroy();
  await until(() => gateway.audit.length > 0, "the audit line");
  expect(gateway.audit).toMatchObject([{ outcome: "cancelled" }]);
});

test("a query that failed has its reason in the message, and no result", async () => {
  const { attachment_id, ...ids } = await answeredTaxi(gateway);
  const failed = { state: "FAILED", error: { error_code: "BAD_REQUEST", message: "[DIVIDE_BY_ZERO] no" } };
  workspace.addFault({ status: 200, body: { statement_response: { status: failed } } });
  const answer = await gateway.run("get_genie_query_result", { ...ids, attachment_id });
  expect([answer.status, errorOf(answer).error]).toEqual([
    409,
    "The query has no result: its state is FAILED.",
  ]);
  expect(errorOf(answer).details).toMatchObject([{ error_class: "DIVIDE_BY_ZERO" }]);
});

test("a result with fewer rows than it found says so, and one without rows is no empty result", async () => {
  const { attachment_id, ...ids } = await answeredTaxi(gateway);
  const resultOf = async (result: object, total_row_count: unknown) => {
    const manifest = {
      schema: { columns: [{ name: "n", type_name: "LONG", type_text: "BIGINT" }] },
      total_row_count,
    };
    const statement_response = { status: { state: "SUCCEEDED" }, manifest, result };
    workspace.addFault({ times: 1, status: 200, body: { statement_response } });
    return gateway.run("get_genie_query_result", { ...ids, attachment_id });
  };
  expect((await resultOf({ data_array: [["1"], [null]] }, "3")).body).toMatchObject({
    rows: [["1"], [null]],
    row_count: 2,
    truncated: true,
  });
  expect((await resultOf({}, 0)).body).toMatchObject({ rows: [], truncated: false });
  expect((await resultOf({}, 2)).status).toBe(502);
});

test("a conversation of another identity does not exist", async () => {
  const ids = await askTaxi(gateway);
  const answer = await gateway.run("get_genie_message", ids, { token: tokenOf.bob });
  expect([answer.status, errorOf(answer).error_code]).toEqual([404, "RESOURCE_DOES_NOT_EXIST"]);
});

test("a conversation is its caller's alone, though all callers share an identity at Databricks", async () => {
  const { body } = await gateway.run(
    "start_genie_conversation",
    { ...taxiSpace, content: "Why?" },
    as("ann"),
  );
  const ids = { ...taxiSpace, conversation_id: body.conversation_id, message_id: body.message_id };
  expect(body.message.conversation_id).toBe(ids.conversation_id);
  const { conversation_id } = (await gateway.run("get_genie_message", ids, as("ann"))).body;
  expect(conversation_id).toBe(ids.conversation_id);
  workspace.clearRequests();
  const { message_id: _, ...conversation } = ids;
  for (const [caller, params] of [
    ["bob", {}],
    // Not even its caller, under Databricks' own id.
    ["ann", { conversation_id: rawId(ids) }],
  ] as const) {
    for (const [op, given] of [
      ["get_genie_message", ids],
      ["watch_genie_message", ids],
      ["get_genie_query_result", { ...ids, attachment_id: "x" }],
      ["create_genie_message", { ...conversation, content: "Why?" }],
    ] as const) {
      const answer = await gateway.run(op, { ...given, ...params }, as(caller));
      expect([op, answer.status, errorOf(answer).error]).toEqual([
        op,
        404,
        "This caller has no conversation with this id.",
      ]);
    }
  }
  expect(workspace.requests()).toEqual([]);
});

test("a space whose warehouse is not allowed is not asked, whatever its warehouse is called", async () => {
  const allowed = { DATABRICKS_TOKEN: tokenOf.alice, ALLOWED_WAREHOUSES: "b2c3d4e5f6071829" };
  const confined = await startGateway(workspace.url, allowed);
  const ledger = { space_id: "01f0c0ffee101e5f8a9b0c1d2e3f4a5b" };
  const content = "What is the balance of each account?";
  const taxi = await askTaxi(gateway);
  workspace.clearRequests();
  expect(errorOf(await confined.run("start_genie_conversation", { ...taxiSpace, content })).error).toContain(
    "the warehouse a1b2c3d4e5f60718 is not allowed here",
  );
  const { message_id: _, ...conversation } = taxi;
  expect((await confined.run("create_genie_message", { ...conversation, content })).status).toBe(403);
  expect((await confined.run("start_genie_conversation", { ...ledger, content })).status).toBe(200);
  expect(workspace.requests().filter(({ method }) => method === "POST")).toHaveLength(1);
  workspace.addFault({ status: 200, body: { ...ledger, title: "Of an unknown warehouse" } });
  expect((await confined.run("start_genie_conversation", { ...ledger, content })).status).toBe(403);
  await confined.close();
});
