import { createServer, type Server } from "node:http";
import type * as PromClient from "prom-client";
import { ConfigError } from "./config-error.ts";
import { isLoopback, loopbackNames } from "./loopback.ts";
import type { MetricsAddress } from "./metrics-settings.ts";
import { productVersion } from "./product-version.ts";

/** A module that records metrics makes them in this registry. */
export interface Metrics {
  readonly prometheus: typeof PromClient;
  readonly registry: PromClient.Registry;
}

/** Buckets of durations in seconds: a small call takes milliseconds, a statement up to minutes. */
export const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/**
 * The metrics of this process: those of Node (CPU, memory, event loop, descriptors) and its version, to which others are added.
 * Loads prom-client, so it is called only where metrics are served.
 */
export async function openMetrics(): Promise<Metrics> {
  const prometheus = await import("prom-client");
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  // Gauges whose names say that they are counters. The same without `_total` are there by type.
  for (const what of ["handles", "requests", "resources"]) {
    registry.removeSingleMetric(`nodejs_active_${what}_total`);
  }
  const metrics = { prometheus, registry };
  addGauge(
    metrics,
    "front_door_build_info",
    "1, with the version of Databricks Front Door.",
    (gauge) => gauge.set({ version: productVersion }, 1),
    "version",
  );
  return metrics;
}

/** A gauge that is set at each scrape. */
export function addGauge<Label extends string = never>(
  { prometheus, registry }: Metrics,
  name: string,
  help: string,
  set: (gauge: PromClient.Gauge<Label>) => void,
  label?: Label,
): void {
  const labelNames = label === undefined ? [] : [label];
  const gauge: PromClient.Gauge<Label> = new prometheus.Gauge({
    name,
    help,
    labelNames,
    registers: [],
    collect: () => set(gauge),
  });
  registry.registerMetric(gauge);
}

/** Collecting takes milliseconds in which the process does nothing else, so whoever asks again so soon gets the same. */
const keptMs = 1_000;
/** Far more than scrapers need. */
const connectionsMax = 32;
const idleMs = 10_000;

/**
 * Serves `GET /metrics` in Prometheus' text format, to anyone who reaches the address: no metric names a caller or has a
 * secret, and asking too often costs the process little. Throws a ConfigError if it cannot listen there.
 */
export async function serveMetrics({ registry }: Metrics, { host, port }: MetricsAddress): Promise<Server> {
  let last: { readonly at: number; readonly text: Promise<string> } | undefined;
  const metrics = () => {
    if (last === undefined || performance.now() - last.at > keptMs) {
      last = { at: performance.now(), text: registry.metrics() };
    }
    return last.text;
  };
  const server = createServer((req, res) => {
    // A page of a site whose name was pointed at this machine (DNS rebinding) sends that site's name.
    const name = (req.headers.host ?? "").replace(/:\d{1,5}$/, "").toLowerCase();
    if (isLoopback(host) && ![...loopbackNames, host].includes(name)) {
      res.writeHead(403, { "content-type": "text/plain" }).end("The Host header must name this machine.\n");
      return;
    }
    if (req.method !== "GET" || req.url?.split("?", 1)[0] !== "/metrics") {
      res.writeHead(404, { "content-type": "text/plain" }).end("GET /metrics\n");
      return;
    }
    metrics().then(
      (text) => res.writeHead(200, { "content-type": registry.contentType }).end(text),
      () => res.writeHead(500).end(),
    );
  });
  server.maxConnections = connectionsMax;
  // Also for who asks and does not read.
  server.setTimeout(idleMs);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is in use" : `cannot be served (${error.code ?? "failed"})`;
      reject(
        new ConfigError(
          `the metrics' port ${port} on ${host} ${why}: set another METRICS_PORT or METRICS_HOST`,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  // A scrape must not keep the process from ending.
  server.unref();
  return server;
}
