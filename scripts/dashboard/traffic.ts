import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { setDefaultCACertificates } from "node:tls";
import type { RunningProduct } from "../start-product.ts";

const file = "/api/files?path=/Volumes/main/default/files/traffic.bin";
const json = { "content-type": "application/json" };
const query = (sql: string) => ({ method: "POST", headers: json, body: JSON.stringify({ sql }) });

/** Sends some of everything, with faults of Databricks, until `isEnough`: every metric has a reason to be there. */
export async function makeTraffic(product: RunningProduct, isEnough: () => Promise<boolean>): Promise<void> {
  const send = async (path: string, init: RequestInit = {}) => {
    const reply = await fetch(product.origin + path, init).catch(() => undefined);
    await reply?.arrayBuffer().catch(() => undefined);
  };
  setDefaultCACertificates([readFileSync(join(product.folder, "workspace/tls/ca.pem"), "utf8")]);
  const fault = (order: object) =>
    fetch(`${product.workspaceUrl}/_local/faults`, { method: "POST", body: JSON.stringify(order) });
  do {
    await fault({ path: "/api/2.1/unity-catalog/*", times: 1, status: 500 });
    await fault({ path: "/api/2.1/unity-catalog/*", times: 1, noReply: "reset" });
    await fault({ path: "/api/2.1/unity-catalog/*", times: 1, status: 429, headers: { "retry-after": "1" } });
    await Promise.all([
      send("/api/catalogs"),
      send("/api/schemas?catalog=main"),
      send("/api/catalogs/no-such-catalog"),
      send("/api/me"),
      send("/api/query", query("SELECT id FROM range(0, 10)")),
      send("/api/query", {
        ...query("SELECT id FROM range(0, 50000)"),
        headers: { ...json, accept: "application/x-ndjson" },
      }),
      send(file, { method: "PUT", body: Buffer.alloc(200_000) }),
    ]);
    await send(file);
    await sleep(300);
  } while (!(await isEnough()));
}
