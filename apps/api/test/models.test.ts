import { request } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rawRequest, refusalOf } from "./raw-request.ts";
import { type Stack, startStack } from "./start-stack.ts";

const route = "/api/serving-endpoints/echo-chat/invocations";
const upstream = "/serving-endpoints/echo-chat/invocations";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());
beforeEach(() => stack.workspace.clearRequests());
afterEach(() => stack.workspace.clearFaults());

const said = (content: string) => ({ messages: [{ role: "user", content }] });

function open(body: object, headers: Record<string, string> = {}) {
  return request(stack.url + route, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** The words of a streamed answer, put together. */
function wordsIn(text: string): string {
  const events = text.trimEnd().split("\n\n");
  expect(events.pop()).toBe("data: [DONE]");
  return events
    .map((event) => JSON.parse(event.slice("data: ".length)) as Chunk)
    .map(({ choices }) => choices[0]?.delta.content ?? "")
    .join("");
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}

describe("POST /api/serving-endpoints/:endpoint_name/invocations", () => {
  it("returns the model's answer, and runs as the caller", async () => {
    const authorization = "Bearer local-token-bob";
    const answer = await stack.call("POST", route, { json: said("Hello there"), headers: { authorization } });
    expect(answer.json.choices[0].message.content).toBe("Hello there");
    expect(stack.workspace.requests()).toMatchObject([{ path: upstream, principal: "bob@example.com" }]);
  });

  it("streams it uncompressed, and tells proxies not to wait", async () => {
    const { headers, body } = await open(
      { ...said("Hello there"), stream: true },
      { "accept-encoding": "gzip, br, zstd" },
    );
    expect(headers).toMatchObject({ "content-type": "text/event-stream", "x-accel-buffering": "no" });
    expect(headers["content-encoding"]).toBeUndefined();
    expect(wordsIn(await body.text())).toBe("Hello there");
  });

  it("sends the first event while the model is silent, and hanging up ends the call to the model", async () => {
    stack.workspace.addFault({ path: upstream, stallBodyAfterBytes: 260 });
    const { body } = await open({ ...said("Hello there"), stream: true });
    const { value } = (await body[Symbol.asyncIterator]().next()) as { value: Buffer };
    expect(value.toString()).toContain('"role":"assistant"');
    expect(stack.workspace.requests()[0]?.state).toBe("open");
    body.destroy();
    await expect.poll(() => stack.workspace.requests()[0]?.state).toBe("aborted");
  });

  it("ends a reply that breaks off with an error envelope as its last event", async () => {
    stack.workspace.addFault({ path: upstream, cutAfterBytes: 300 });
    const { body } = await open({ ...said("Hello there"), stream: true });
    const [, last = ""] = (await body.text()).split("\n\n");
    expect(JSON.parse(last.slice("data: ".length))).toMatchObject({
      error_code: "UPSTREAM_UNREACHABLE",
      outcome: "unknown",
    });
  });

  it("breaks off if the gateway is gone", async () => {
    stack.workspace.addFault({ path: upstream, stallBodyAfterBytes: 260 });
    const { body } = await open({ ...said("Hello there"), stream: true });
    const pieces = body[Symbol.asyncIterator]();
    await pieces.next();
    await stack.stopGateway();
    await expect(pieces.next()).rejects.toThrow(/terminated|closed|aborted/);
    await stack.startGateway();
  });

  it("serves 100 streams that are open at once, and ends the call of each whose caller hangs up", async () => {
    stack.workspace.addFault({ path: upstream, stallBodyAfterBytes: 260 });
    const bodies = await Promise.all(
      Array.from({ length: 100 }, async () => (await open({ ...said("Hello there"), stream: true })).body),
    );
    const firsts = await Promise.all(bodies.map((body) => body[Symbol.asyncIterator]().next()));
    for (const { value } of firsts) expect(String(value)).toContain('"role":"assistant"');
    expect(stack.workspace.openRequests()).toBe(100);
    expect((await stack.call("GET", "/api/serving-endpoints")).status).toBe(200);
    for (const body of bodies) body.destroy();
    await expect.poll(() => stack.workspace.openRequests()).toBe(0);
    const ends = stack.workspace.requests().filter(({ path }) => path === upstream);
    expect(new Set(ends.map(({ state }) => state))).toEqual(new Set(["aborted"]));
  });

  it("gives each of 100 callers at once its own answer", async () => {
    const texts = Array.from({ length: 100 }, (_, caller) => `I am ${caller} `.repeat(20).trim());
    const answers = await Promise.all(texts.map((text) => open({ ...said(text), stream: true })));
    expect(await Promise.all(answers.map(async ({ body }) => wordsIn(await body.text())))).toEqual(texts);
    await expect.poll(() => stack.workspace.openRequests()).toBe(0);
  });

  it("refuses HTTP/1.0 before it asks the model", async () => {
    const body = JSON.stringify(said("Hello"));
    const head = `POST ${route} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json`;
    const reply = await rawRequest(stack.port, `${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    expect(refusalOf(reply)).toBe("505 HTTP_VERSION_NOT_SUPPORTED");
    expect(stack.workspace.requests()).toEqual([]);
  });
});

describe("/api/openai, for OpenAI's clients", () => {
  it("asks the endpoint that `model` names, without `model` in the request", async () => {
    const json = { model: "echo-chat", ...said("Hello there"), stream: true };
    const answer = await stack.call("POST", "/api/openai/chat/completions", { json });
    expect(wordsIn(answer.text)).toBe("Hello there");
    const input = ["red apple", "apple red"];
    const embeddings = await stack.call("POST", "/api/openai/embeddings", {
      json: { model: "hash-embedding", input },
    });
    expect(embeddings.json.data[0].embedding).toEqual(embeddings.json.data[1].embedding);
    // What echo-chat has received: the message, `stream`, and nothing else.
    const bytes = JSON.stringify({ ...said("Hello there"), stream: true }).length;
    expect(stack.workspace.requests()[0]).toMatchObject({ path: upstream, bodyBytes: bytes });
  });

  it("refuses a request without `model`, by its name", async () => {
    const answer = await stack.call("POST", "/api/openai/completions", { json: { prompt: "x" } });
    expect([answer.status, answer.json.details[0].field]).toEqual([400, "model"]);
  });
});
