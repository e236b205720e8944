import { openTracing, type Tracing, type TracingConfig } from "@front-door/service-runtime";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requestSpans } from "../src/tracing/request-spans.ts";
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from "./otlp-receiver.ts";
import { type LogLine, type Stack, startStack, volume } from "./start-stack.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const callersSpan = "00f067aa0ba902b7";
const traceparent = `00-${traceId}-${callersSpan}-01`;

const ended = (lines: readonly LogLine[]) =>
  lines.filter(({ msg, path }) => msg === "request" && /^\/(api|run)\b/.test(String(path)));

describe("tracing", () => {
  let receiver: OtlpReceiver;
  let stack: Stack;
  let tracings: Tracing[];
  let ownLog: LogLine[];

  async function start(config: Partial<TracingConfig> = {}, ofGateway = config) {
    const logger = pino({ level: "info" }, { write: (line) => void ownLog.push(JSON.parse(line)) });
    const open = (serviceName: string, changes: Partial<TracingConfig>) =>
      openTracing(
        {
          endpoint: receiver.url,
          headers: {},
          serviceName,
          sampler: "parentbased_always_on",
          ratio: 1,
          countsCallersTraces: false,
          ...changes,
        },
        logger,
      );
    const [front, gateway] = [await open("front-door", config), await open("front-door-gateway", ofGateway)];
    tracings = [front, gateway];
    stack = await startStack(
      {},
      { observerOf: () => requestSpans(front), gatewayParts: { tracing: gateway } },
    );
  }
  beforeEach(async () => {
    ownLog = [];
    receiver = await startOtlpReceiver();
  });
  afterEach(async () => {
    await stack.close();
    await receiver[Symbol.asyncDispose]();
  });

  /** Everything that was traced, once both processes have seen the end of this many requests. */
  async function exported(requests = 1): Promise<readonly ReceivedSpan[]> {
    await expect.poll(() => ended(stack.log.api).length).toBe(requests);
    await expect.poll(() => ended(stack.log.gateway).length).toBe(requests);
    await Promise.all(tracings.map((tracing) => tracing.close()));
    return receiver.spans;
  }
  const query = (sql: string, headers: Record<string, string> = {}) =>
    stack.call("POST", "/api/query", { json: { sql }, headers });

  it("follows one query from the caller's traceparent to Databricks' request ids", async () => {
    await start();
    const requestId = "a-request-of-the-test";
    const reply = await query("SELECT id FROM range(3)", { traceparent, "x-request-id": requestId });
    expect([reply.status, reply.headers["x-request-id"]]).toEqual([200, requestId]);
    const spans = await exported();
    const [front, ...others] = spans.filter(({ service }) => service === "front-door");
    expect(others).toEqual([]);
    expect(front).toMatchObject({ traceId, parentSpanId: callersSpan, name: "execute_query", kind: 2 });
    expect(reply.headers["traceresponse"]).toBe(`00-${traceId}-${front?.spanId}-01`);
    expect(front?.attributes).toEqual({
      "http.request.method": "POST",
      "http.route": "/api/query",
      "http.response.status_code": 200,
      "front_door.request_id": requestId,
      "front_door.caller_mode": "none",
      "front_door.bytes_sent": expect.any(Number) as number,
    });
    const gateway = spans.find(({ kind, service }) => kind === 2 && service === "front-door-gateway");
    expect(gateway).toMatchObject({ traceId, parentSpanId: front?.spanId, name: "execute_query" });
    expect(gateway?.attributes).toEqual({
      "http.response.status_code": 200,
      "front_door.request_id": requestId,
      "front_door.workspace": "default",
      "front_door.identity": "oauth-m2m",
      "front_door.rows": 3,
      "front_door.bytes": reply.bytes.length,
    });
    const sent = spans.filter(({ kind }) => kind === 3);
    const thrift = sent.filter(({ name }) => name === "POST sql/thrift");
    // OpenSession and ExecuteStatement, at the least.
    expect(thrift.length).toBeGreaterThanOrEqual(2);
    for (const span of sent) {
      expect(span).toMatchObject({ traceId, parentSpanId: gateway?.spanId, status: 0 });
      expect(span.attributes["databricks.request_id"]).toMatch(/^[\da-f-]{36}$/);
    }
    expect(thrift[0]?.attributes).toMatchObject({
      "http.request.method": "POST",
      "http.response.status_code": 200,
    });
    const lines = [...stack.log.api, ...stack.log.gateway, ...stack.audit];
    const own = lines.filter(({ request_id }) => request_id === requestId);
    expect(own.map(({ trace_id }) => trace_id)).toEqual(own.map(() => traceId));
    expect(own.length).toBe(3);
    const seen = stack.workspace.statements().find(({ statement }) => statement.includes("range(3)"));
    expect(seen?.tags).toEqual([{ key: "front_door_request_id", value: requestId }]);
  });

  it("says nothing of paths, SQL, names and queries in any span", async () => {
    await start();
    const path = `${volume}/secret-file.txt`;
    await stack.call("PUT", `/api/files?path=${path}`, { body: "secret-content" });
    await stack.call("GET", `/api/files?path=${path}`);
    await query("SELECT 'secret-text'");
    await stack.call("GET", "/api/catalogs/secret-catalog");
    const spans = await exported(4);
    expect(spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["PUT fs", "GET fs", "write_file", "read_file", "get_catalog"]),
    );
    expect(JSON.stringify(spans)).not.toMatch(/secret|Volumes|SELECT|alice|127\.0\.0\.1/i);
  });

  it("marks what failed, at every step", async () => {
    await start();
    stack.workspace.addFault({ path: "/api/2.1/unity-catalog/catalogs", status: 500 });
    expect((await stack.call("GET", "/api/catalogs")).status).toBe(502);
    const spans = (await exported()).filter(({ name }) => !name.endsWith(" login"));
    expect(spans.map(({ name, status }) => [name, status])).toEqual(
      expect.arrayContaining([
        ["list_catalogs", 2],
        ["GET unity-catalog", 2],
      ]),
    );
    expect(spans.every(({ status }) => status === 2)).toBe(true);
    expect(spans.find(({ kind }) => kind === 2)?.attributes["error.type"]).toBe("UPSTREAM_ERROR");
  });

  it.each([
    ["malformed", "00-not-a-trace-01"],
    ["of zeros", `00-${"0".repeat(32)}-${callersSpan}-01`],
    ["in capitals", traceparent.toUpperCase()],
    ["very long", `${traceparent}-${"a".repeat(8_000)}`],
  ])("begins a trace of its own for a traceparent that is %s", async (_which, hostile) => {
    await start();
    expect((await stack.call("GET", "/api/catalogs", { headers: { traceparent: hostile } })).status).toBe(
      200,
    );
    const front = (await exported()).find(({ service }) => service === "front-door");
    expect(front).toMatchObject({
      parentSpanId: "",
      traceId: expect.stringMatching(/^[\da-f]{32}$/) as string,
    });
    expect(front?.traceId).not.toBe(traceId);
  });

  it("exports no span of a trace that the caller does not sample, and logs its id all the same", async () => {
    await start();
    await stack.call("GET", "/api/catalogs", { headers: { traceparent: `00-${traceId}-${callersSpan}-00` } });
    expect(await exported()).toEqual([]);
    expect(stack.log.gateway.find(({ msg }) => msg === "request")?.["trace_id"]).toBe(traceId);
  });

  it("keeps the share of traces that the sampler says, whatever the caller wants", async () => {
    await start({ sampler: "traceidratio", ratio: 0 });
    await stack.call("GET", "/api/catalogs", { headers: { traceparent } });
    expect(await exported()).toEqual([]);
  });

  it("has neither a span nor an id of a new trace that is not kept, in either process", async () => {
    await start({ sampler: "parentbased_always_off" });
    const reply = await stack.call("GET", "/api/catalogs");
    expect([reply.status, reply.headers["traceresponse"]]).toEqual([200, undefined]);
    expect(await exported()).toEqual([]);
    const lines = [...stack.log.api, ...stack.log.gateway, ...stack.audit];
    expect(lines.filter((line) => "trace_id" in line)).toEqual([]);
  });

  it("keeps no part of a trace that the front door does not keep", async () => {
    await start({ sampler: "always_off" }, { sampler: "always_on" });
    await stack.call("GET", "/api/catalogs");
    expect(await exported()).toEqual([]);
  });

  it("makes no span of probes", async () => {
    await start();
    for (const path of ["/health", "/ready"]) expect((await stack.call("GET", path)).status).toBe(200);
    await stack.call("GET", "/api/catalogs");
    expect((await exported()).filter(({ kind }) => kind === 2).map(({ name }) => name)).toEqual([
      "list_catalogs",
      "list_catalogs",
    ]);
  });

  it("sends the headers of the settings to the collector, and to nobody else", async () => {
    await start({ headers: { "api-key": "key-of-the-collector" } });
    await stack.call("GET", "/api/catalogs");
    await exported();
    expect(receiver.headers.map((headers) => headers["api-key"])).toEqual([
      "key-of-the-collector",
      "key-of-the-collector",
    ]);
    const lines = [stack.log, stack.audit, stack.workspace.requests()];
    expect(JSON.stringify(lines)).not.toContain("key-of-the-collector");
  });

  it("serves requests while the collector fails, and says so once for each process", async () => {
    await start({ headers: { "api-key": "key-of-the-collector" } });
    receiver.answerWith(400);
    expect((await query("SELECT 1")).status).toBe(200);
    expect(await exported()).toEqual([]);
    expect(ownLog.map(({ level, msg }) => [level, msg])).toEqual([
      [40, expect.stringContaining("traces cannot be exported")],
      [40, expect.stringContaining("traces cannot be exported")],
    ]);
    expect(JSON.stringify(ownLog)).not.toContain("key-of-the-collector");
  });

  it("does not wait for a collector that does not answer when it closes", async () => {
    await start();
    receiver.answerWith("nothing");
    await stack.call("GET", "/api/catalogs");
    const startedMs = performance.now();
    await exported();
    // The exporter alone would wait for ten.
    expect(performance.now() - startedMs).toBeLessThan(8_000);
  });
});
