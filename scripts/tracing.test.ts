import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OtlpReceiver, startOtlpReceiver } from "@front-door/api/test/otlp-receiver";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProcesses } from "./start-product.ts";
import { watchTelemetry } from "./watch-telemetry.ts";

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

  test("one request is found by its id and its trace in the reply, both logs, the audit log, the exported spans and the workspace's history", async () => {
    const { nodeOptions, loaded } = watchTelemetry(folder);
    const auditFile = join(folder, "audit.log");
    const [requestId, traceId] = ["the-one-request", "4bf92f3577b34da6a3ce929d0e0e4736"];
    const product = await startProcesses({
      env: {
        NODE_OPTIONS: nodeOptions,
        AUDIT_LOG: auditFile,
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_HEADERS: "api-key=key-of-the-collector",
        OTEL_SERVICE_NAME: "shop",
      },
    });
    try {
      const reply = await fetch(`${product.origin}/api/query`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-request-id": requestId,
          traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
        },
        body: JSON.stringify({ sql: "SELECT 42 AS answer" }),
      });
      await reply.json();
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
    const audited = readFileSync(auditFile, "utf8").split("\n");
    expect(audited.find((line) => line.includes(requestId))).toContain(`"trace_id":"${traceId}"`);
    expect(receiver.headers[0]?.["api-key"]).toBe("key-of-the-collector");
    expect(product.output()).not.toContain("key-of-the-collector");
    // So start.test.ts, in which no process may load a module, would see one.
    for (const app of ["apps/api", "apps/databricks-gateway"]) expect(loaded()).toContain(app);
    expect(loaded()).not.toContain("packages/local-workspace/src");
  });
});
