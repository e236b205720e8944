import { connect } from "node:net";
import { openMetrics, serveMetrics } from "@front-door/service-runtime";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestMetrics } from "../src/metrics/request-metrics.ts";
import { type Stack, startStack } from "./start-stack.ts";

describe("metrics", () => {
  let stack: Stack;
  let scrape: () => Promise<Map<string, number>>;
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    const [front, gateway] = [await openMetrics(), await openMetrics()];
    stack = await startStack(
      {},
      { observerOf: (client) => requestMetrics(front, client), gatewayParts: { metrics: gateway } },
    );
    closing.push(() => stack.close());
    scrape = async () => parsed((await front.registry.metrics()) + (await gateway.registry.metrics()));
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  it("counts each request by operation, status and way in, at the front door and at the gateway", async () => {
    await stack.call("GET", "/api/catalogs");
    await stack.call("GET", "/api/catalogs/no-such-catalog");
    // The end of a request is seen by its caller a moment before it is counted.
    await expect.poll(async () => (await scrape()).get("front_door_requests_in_progress")).toBe(0);
    const metrics = await scrape();
    const refused = 'status="404",error_code="CATALOG_DOES_NOT_EXIST"';
    for (const [sample, value] of [
      ['front_door_requests_total{operation="list_catalogs",status="200",error_code="",caller="none"}', 1],
      [`front_door_requests_total{operation="get_catalog",${refused},caller="none"}`, 1],
      [
        'front_door_gateway_operations_total{operation="list_catalogs",status="200",error_code="",identity="oauth-m2m",workspace="default"}',
        1,
      ],
      ['front_door_request_duration_seconds_count{operation="get_catalog"}', 1],
      ['front_door_gateway_operation_duration_seconds_count{operation="get_catalog"}', 1],
      ['front_door_gateway_limit_used{limit="calls"}', 0],
      ['front_door_gateway_limit_max{limit="calls"}', 256],
      ['front_door_gateway_limit_waiting{limit="queries"}', 0],
    ] as const) {
      expect([sample, metrics.get(sample)]).toEqual([sample, value]);
    }
  });

  it("has no label for each code that a model or Databricks makes up", async () => {
    for (const code of ["MADE_UP_1", "MADE_UP_2"]) {
      const body = { error_code: code, message: "No." };
      stack.workspace.addFault({ path: "/api/2.1/unity-catalog/*", times: 1, status: 400, body });
      expect((await stack.call("GET", "/api/catalogs")).json["error_code"]).toBe(code);
    }
    await expect.poll(async () => (await scrape()).get("front_door_requests_in_progress")).toBe(0);
    const metrics = await scrape();
    const other = 'operation="list_catalogs",status="400",error_code="other"';
    expect(metrics.get(`front_door_requests_total{${other},caller="none"}`)).toBe(2);
    const gateway = `front_door_gateway_operations_total{${other},identity="oauth-m2m",workspace="default"}`;
    expect(metrics.get(gateway)).toBe(2);
    expect([...metrics.keys()].filter((name) => name.includes("MADE_UP"))).toEqual([]);
  });

  it("counts the bytes of files in both directions", async () => {
    const path = "/api/files?path=/Volumes/main/default/files/counted.bin";
    await stack.call("PUT", path, { body: Buffer.alloc(12_345) });
    await stack.call("GET", path);
    await expect.poll(async () => (await scrape()).get("front_door_requests_in_progress")).toBe(0);
    const metrics = await scrape();
    expect(metrics.get('front_door_bytes_total{operation="write_file",direction="received"}')).toBe(12_345);
    expect(metrics.get('front_door_gateway_stream_bytes_total{operation="write_file"}')).toBe(12_345);
    expect(metrics.get('front_door_gateway_stream_bytes_total{operation="read_file"}')).toBe(12_345);
    expect(metrics.get('front_door_bytes_total{operation="read_file",direction="sent"}')).toBeGreaterThan(
      12_345,
    );
  });

  it("has no label whose value a caller chooses", async () => {
    for (const odd of ["/api/no-such-path-1", "/api/no-such-path-2", "/no/such"])
      await stack.call("GET", odd);
    await stack.call("PROPFIND", "/api/catalogs");
    // Whoever deploys a model chooses the codes of its errors.
    const body = { error_code: "NO_SUCH_CODE", message: "The model says no." };
    stack.workspace.addFault({ path: "/serving-endpoints/*", times: 1, status: 400, body });
    const refusal = await stack.call("POST", "/api/serving-endpoints/echo-chat/invocations", {
      json: { messages: [{ role: "user", content: "Hello" }] },
    });
    expect(refusal.json.error_code).toBe("NO_SUCH_CODE");
    const odd = [...(await scrape()).keys()].filter((key) => /no-such|PROPFIND|NO_SUCH_CODE/.test(key));
    expect(odd).toEqual([]);
    const metrics = await scrape();
    const unknownPath =
      'front_door_requests_total{operation="none",status="404",error_code="NOT_FOUND",caller="none"}';
    expect(metrics.get(unknownPath)).toBe(3);
    const ofModel = 'operation="query_serving_endpoint",status="400",error_code="other"';
    expect(metrics.get(`front_door_requests_total{${ofModel},caller="none"}`)).toBe(1);
    const identity = 'identity="oauth-m2m",workspace="default"';
    expect(metrics.get(`front_door_gateway_operations_total{${ofModel},${identity}}`)).toBe(1);
  });

  it("are served on a port of their own, and nothing else is", async () => {
    const metrics = await openMetrics();
    const server = await serveMetrics(metrics, { host: "127.0.0.1", port: 0 });
    closing.push(() => server.close());
    const { port } = server.address() as { port: number };
    const reply = await request(`http://127.0.0.1:${port}/metrics`);
    expect(reply.headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await reply.body.text()).toMatch(/^front_door_build_info\{version="\d+\.\d+\.\d+"\} 1$/m);
    const other = await request(`http://127.0.0.1:${port}/api/catalogs`);
    expect(other.statusCode).toBe(404);
    await other.body.dump();
    const rebound = await request(`http://127.0.0.1:${port}/metrics`, { headers: { host: "evil.example" } });
    expect(rebound.statusCode).toBe(403);
    await rebound.body.dump();
    await expect(serveMetrics(metrics, { host: "127.0.0.1", port })).rejects.toThrow(
      `the metrics' port ${port} on 127.0.0.1 is in use: set another METRICS_PORT or METRICS_HOST`,
    );
  });
});

describe("the port of metrics", () => {
  it("collects once for all who ask within a second, and takes a bounded number of connections", async () => {
    const metrics = await openMetrics();
    let collected = 0;
    const { Gauge } = metrics.prometheus;
    const collect = () => {
      collected += 1;
    };
    metrics.registry.registerMetric(new Gauge({ name: "collected", help: "-", registers: [], collect }));
    const server = await serveMetrics(metrics, { host: "127.0.0.1", port: 0 });
    const { port } = server.address() as { port: number };
    let dropped = 0;
    server.on("drop", () => {
      dropped += 1;
    });
    const ask = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    // None of them reads.
    const sockets = Array.from({ length: 40 }, () => connect(port, "127.0.0.1").pause());
    for (const socket of sockets) socket.on("error", () => undefined).write(ask.repeat(5));
    await expect.poll(() => dropped).toBe(8);
    await expect.poll(() => collected).toBeGreaterThan(0);
    const reply = new Promise((resolve) => sockets[0]?.once("data", resolve).resume());
    expect(String(await reply)).toMatch(/^HTTP\/1\.1 200 /);
    // Without that, 160. More than one second may have passed.
    expect(collected).toBeLessThan(10);
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

/** The value of each sample, by its name and labels as they are written. */
function parsed(text: string): Map<string, number> {
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}
