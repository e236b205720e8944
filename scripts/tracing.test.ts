import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OtlpReceiver, startOtlpReceiver } from "@front-door/api/test/otlp-receiver";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningProduct, startProduct } from "./running-product.ts";

/** Writes the name of every module of OpenTelemetry that a process loads, one a line. */
const spy = (file: string) => `
  import { appendFileSync } from "node:fs";
  import { registerHooks } from "node:module";
  registerHooks({
    load(url, context, next) {
      if (url.includes("/@opentelemetry/")) appendFileSync(${JSON.stringify(file)}, process.argv[1] + " " + url + "\\n");
      return next(url, context);
    },
  });
`;

/** Runs a query with this request id. */
async function query({ origin }: RunningProduct, requestId: string, traceparent: string): Promise<Response> {
  const reply = await fetch(`${origin}/api/query`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-request-id": requestId, traceparent },
    body: JSON.stringify({ sql: "SELECT 42 AS answer" }),
  });
  await reply.json();
  return reply;
}

describe("the product that exports traces", () => {
  let folder: string;
  let receiver: OtlpReceiver;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tracing-"));
    receiver = await startOtlpReceiver();
  });
  afterAll(async () => {
    await receiver[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const start = (name: string, env: Record<string, string> = {}) => {
    const loaded = join(folder, `${name}.txt`);
    const hooks = join(folder, `${name}.mjs`);
    writeFileSync(loaded, "");
    writeFileSync(hooks, spy(loaded));
    const product = startProduct({
      env: { NODE_OPTIONS: `--import=${hooks}`, AUDIT_LOG: join(folder, `${name}.audit`), ...env },
    });
    return { product, loaded: () => readFileSync(loaded, "utf8") };
  };

  test("without OTEL_EXPORTER_OTLP_ENDPOINT no process loads a module of OpenTelemetry, and a traceparent is ignored", async () => {
    const { product: starting, loaded } = start("off");
    const traceId = "11111111111111111111111111111111";
    const product = await starting;
    try {
      const reply = await query(product, "untraced", `00-${traceId}-2222222222222222-01`);
      expect([reply.status, reply.headers.get("traceresponse")]).toEqual([200, null]);
    } finally {
      await product[Symbol.asyncDispose]();
    }
    expect(loaded()).toBe("");
    expect(product.output()).not.toContain(traceId);
  });

  test("one request is found by its id and its trace in the reply, both logs, the audit log, the exported spans and the workspace's history", async () => {
    const { product: starting, loaded } = start("on", {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: "api-key=key-of-the-collector",
      OTEL_SERVICE_NAME: "shop",
    });
    const [requestId, traceId] = ["the-one-request", "4bf92f3577b34da6a3ce929d0e0e4736"];
    const product = await starting;
    try {
      const reply = await query(product, requestId, `00-${traceId}-00f067aa0ba902b7-01`);
      expect([reply.status, reply.headers.get("x-request-id")]).toEqual([200, requestId]);
      const history = await fetch(`${product.origin}/api/query-history`);
      const { queries } = (await history.json()) as { queries: { query_text: string; query_tags: object }[] };
      expect(queries.find(({ query_text: text }) => text === "SELECT 42 AS answer")?.query_tags).toEqual([
        { key: "front_door_request_id", value: requestId },
      ]);
    } finally {
      await product[Symbol.asyncDispose]();
    }
    // The processes have exported what they had when they were stopped.
    const spans = receiver.spans.filter((span) => span.traceId === traceId);
    const own = spans.filter(({ attributes }) => attributes["front_door.request_id"] === requestId);
    expect(own.map(({ service, name }) => `${service}: ${name}`).toSorted()).toEqual([
      "shop-gateway: execute_query",
      "shop: execute_query",
    ]);
    expect(spans.filter(({ name }) => name === "POST sql/thrift").length).toBeGreaterThanOrEqual(2);
    const lines = product
      .output()
      .split("\n")
      .filter((line) => line.includes(requestId));
    for (const service of ["api", "databricks-gateway"]) {
      const line = lines.find((each) => each.includes(`"service":"${service}"`));
      expect(line).toContain(`"trace_id":"${traceId}"`);
    }
    const audited = readFileSync(join(folder, "on.audit"), "utf8").split("\n");
    expect(audited.find((line) => line.includes(requestId))).toContain(`"trace_id":"${traceId}"`);
    expect(receiver.headers[0]?.["api-key"]).toBe("key-of-the-collector");
    expect(product.output()).not.toContain("key-of-the-collector");
    // So the test above would see a module.
    for (const app of ["apps/api", "apps/databricks-gateway"]) expect(loaded()).toContain(app);
    expect(loaded()).not.toContain("packages/local-workspace/src");
  });
});
