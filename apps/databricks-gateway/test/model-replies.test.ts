import type { Fault, LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startForeignOrigin } from "./foreign-origin.ts";
import { errorOf, type GatewayUnderTest, startGateway, startWorkspace, until } from "./gateway-under-test.ts";

const path = "/serving-endpoints/echo-chat/invocations";

let workspace: LocalWorkspace;
/** Its audit log is durable: a reply about a change is sent only with its audit line, if it can wait. */
let gateway: GatewayUnderTest;
/** The same, but every pause has 300 ms. */
let hasty: GatewayUnderTest;
let audit: Record<string, unknown>[];

async function write(line: string): Promise<void> {
  audit.push(JSON.parse(line) as Record<string, unknown>);
}

beforeAll(async () => {
  workspace = await startWorkspace();
  const durable = { append: write, check: async () => undefined };
  const auditSink = { write: (line: string) => void write(line), durable, close: async () => undefined };
  gateway = await startGateway(workspace.url, undefined, { auditSink });
  hasty = await startGateway(workspace.url, undefined, { limits: { timeoutMs: 300 } });
});
afterAll(async () => {
  await gateway.close();
  await hasty.close();
  await workspace.close();
});
beforeEach(() => {
  audit = [];
  workspace.clearRequests();
});
afterEach(() => workspace.clearFaults());

function chat(content: string, more: object = {}) {
  return { endpoint_name: "echo-chat", request: { messages: [{ role: "user", content }], ...more } };
}

const streamed = { stream: true };

/** The data of each event, parsed where it is JSON. */
function eventsIn(text: string) {
  expect(text.endsWith("\n\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n\n")
    .map((event) => event.slice("data: ".length))
    .map((data) => (data === "[DONE]" ? data : (JSON.parse(data) as Record<string, unknown>)));
}

/** Databricks answers a model's call with this. */
function answerWith(body: string | object, more: Fault = {}): void {
  workspace.addFault({ path, status: 200, body, ...more });
}

describe("a streamed reply of a model", () => {
  test("has an event for each word, and its audit line has the tokens", async () => {
    const answer = await gateway.run("query_serving_endpoint", chat("one two three", streamed));
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "text/event-stream"]);
    const events = eventsIn(answer.text);
    expect(events.at(-1)).toBe("[DONE]");
    // The role, three words, and the end with its usage.
    expect(events).toHaveLength(6);
    expect(audit).toMatchObject([
      { outcome: "started" },
      {
        operation: "query_serving_endpoint",
        target: { serving_endpoint_id: "echo-chat" },
        outcome: "ok",
        tokens: { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 },
      },
    ]);
  });

  test("is passed on while the model is still silent, and hanging up ends the call to the model", async () => {
    // The first event and the beginning of the second.
    workspace.addFault({ path, stallBodyAfterBytes: 260 });
    const { body } = await gateway.open("query_serving_endpoint", chat("one two three", streamed));
    const pieces = body[Symbol.asyncIterator]();
    const first = (await pieces.next()) as { value: Buffer };
    expect(eventsIn(first.value.toString())).toMatchObject([{ choices: [{ delta: { role: "assistant" } }] }]);
    expect(workspace.requests()).toMatchObject([{ path, state: "open" }]);
    body.destroy();
    await until(() => workspace.requests()[0]?.state === "aborted", "the call to the model is ended");
    await until(() => audit.length === 2, "the last audit line");
    expect(audit.at(-1)).toMatchObject({ outcome: "cancelled", status: 499 });
  });

  test("that breaks off ends between two events with an error envelope", async () => {
    workspace.addFault({ path, cutAfterBytes: 300 });
    const answer = await gateway.run("query_serving_endpoint", chat("one two three", streamed));
    const events = eventsIn(answer.text);
    expect(events).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({
      error: expect.stringMatching(/^Databricks broke off its reply\./),
      status: 502,
      error_code: "UPSTREAM_UNREACHABLE",
      outcome: "unknown",
    });
    expect(audit.at(-1)).toMatchObject({ outcome: "UPSTREAM_UNREACHABLE", effect: "unknown" });
  });

  test("that pauses for too long ends with an error envelope, and so does the call to the model", async () => {
    workspace.addFault({ path, stallBodyAfterBytes: 300 });
    const answer = await hasty.run("query_serving_endpoint", chat("one two three", streamed));
    expect(eventsIn(answer.text).at(-1)).toMatchObject({ status: 504, error_code: "DEADLINE_EXCEEDED" });
    await until(() => workspace.requests()[0]?.state === "aborted", "the call to the model is ended");
  });

  test("is an error reply if the model fails before its first event", async () => {
    answerWith({ error_code: "BAD_REQUEST", message: "The model takes no images." }, { status: 400 });
    const answer = await gateway.run("query_serving_endpoint", chat("one", streamed));
    expect([answer.status, errorOf(answer).error]).toEqual([400, "The model takes no images."]);
  });

  test("is read only as fast as the caller reads", async () => {
    // 64 MB: more than the buffers of three sockets hold.
    const events = `data: ${"x".repeat(1_000)}\n\n`.repeat(64_000);
    answerWith(events, { headers: { "content-type": "text/event-stream" }, times: 1 });
    const { body } = await gateway.open("query_serving_endpoint", chat("long", streamed));
    await body[Symbol.asyncIterator]().next();
    for (let turn = 0; turn < 20; turn += 1) {
      await gateway.run("query_serving_endpoint", chat("short", streamed));
    }
    expect(workspace.requests()[0]).toMatchObject({ path, state: "open" });
    body.destroy();
    await until(() => workspace.openRequests() === 0, "the call to the model is ended");
  });

  test("of no known length is refused, because it would look whole when it breaks off", async () => {
    const foreign = await startForeignOrigin((_request, response) => {
      response.removeHeader("transfer-encoding");
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, { "content-type": "text/event-stream" }).end("data: 1\n\n");
    });
    const elsewhere = await startGateway(foreign.url);
    const answer = await elsewhere.run("query_serving_endpoint", chat("one", streamed));
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_INVALID_RESPONSE"]);
    await elsewhere.close();
    await foreign.close();
  });
});

describe("a JSON reply of a model", () => {
  test("is passed on byte for byte, with integers beyond 2^53", async () => {
    const text = '{ "predictions": [9007199254740993, 1.0, 1e2], "odd": null }';
    answerWith(text, { headers: { "content-type": "application/json" } });
    const answer = await gateway.run("query_serving_endpoint", chat("one"));
    expect([answer.text, answer.headers["content-length"]]).toEqual([text, String(text.length)]);
  });

  test("has its tokens in the audit line, and none of what is no count", async () => {
    answerWith({ usage: { prompt_tokens: 3, completion_tokens: -1, total_tokens: "many", secret: "x" } });
    await gateway.run("query_serving_endpoint", chat("one"));
    expect(audit.at(-1)).toMatchObject({ outcome: "ok", tokens: { prompt_tokens: 3 } });
    expect(Object.keys(audit.at(-1)?.["tokens"] as object)).toEqual(["prompt_tokens"]);
  });

  test.each([
    ["a page", "<html>", { "content-type": "text/html" }],
    ["half a document", '{"choices":[', { "content-type": "application/json" }],
    ["nothing", "", { "content-type": "application/json" }],
  ])("that is %s is refused, and nobody knows what the model has done", async (_what, body, headers) => {
    answerWith(body, { headers });
    const answer = await gateway.run("query_serving_endpoint", chat("one"));
    expect(answer.status).toBe(502);
    expect(errorOf(answer)).toMatchObject({ error_code: "UPSTREAM_INVALID_RESPONSE", outcome: "unknown" });
  });
});

test("models that take long leave files and calls their connections", async () => {
  const roomy = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: "local-token-alice",
    STREAM_BYTES_MAX: "1000000000",
  });
  workspace.addFault({ path, noReply: "silent" });
  const controller = new AbortController();
  const calls = Array.from({ length: 256 }, () =>
    roomy.run("query_serving_endpoint", chat("one"), { signal: controller.signal }).catch(() => undefined),
  );
  await until(() => workspace.openRequests() === 256, "every model is asked");
  const file = { path: "/Volumes/main/default/files/README.txt" };
  expect((await roomy.run("read_file", file)).status).toBe(200);
  expect((await roomy.run("list_serving_endpoints")).status).toBe(200);
  controller.abort();
  await Promise.all(calls);
  await roomy.close();
});

describe("a request to a model", () => {
  test("with an integer that JSON parsers round is refused with its place", async () => {
    const rows = [{ id: 1 }, { id: "9007199254740993" }];
    const request = { dataframe_records: [...rows, { id: 2 ** 53 }], temperature: 1e300 };
    const answer = await gateway.run("query_serving_endpoint", { endpoint_name: "echo-chat", request });
    expect(errorOf(answer).details).toMatchObject([{ field: "request.dataframe_records.2.id" }]);
    expect(workspace.requests()).toEqual([]);
  });

  test("of more than 100 levels is refused", async () => {
    const deep = JSON.parse(`${"[".repeat(101)}${"]".repeat(101)}`) as unknown;
    const answer = await gateway.run("query_serving_endpoint", {
      endpoint_name: "echo-chat",
      request: { inputs: deep },
    });
    expect([answer.status, errorOf(answer).error]).toEqual([
      400,
      expect.stringContaining("at most 100 levels"),
    ]);
  });

  test("is refused where only some catalogs are allowed, and where nothing may change", async () => {
    for (const settings of [{ ALLOWED_CATALOGS: "main" }, { READ_ONLY: "true" }]) {
      const confined = await startGateway(workspace.url, {
        DATABRICKS_TOKEN: "local-token-alice",
        ...settings,
      });
      const answer = await confined.run("query_serving_endpoint", chat("one"));
      expect([answer.status, errorOf(answer).error_code]).toEqual([403, "OPERATION_NOT_ALLOWED"]);
      await confined.close();
    }
    expect(workspace.requests()).toEqual([]);
  });
});
