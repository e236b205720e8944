import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningProduct, startProcesses } from "./start-product.ts";

/** How often the gateway is killed. By hand: `GATEWAY_KILLS=20 vitest run scripts/killed-gateway.test.ts`. */
const kills = Number(process.env["GATEWAY_KILLS"] ?? 2);
const callersAtOnce = 8;
const files = "/Volumes/main/default/files";
const table = "main.default.killed";

/** A reply that breaks off looks like none to its caller, who learns as much from it as from `outcome: "unknown"`. */
const cutReply = { status: 599, body: { outcome: "unknown", retryable: false } };

interface Reply {
  readonly id: string;
  readonly status: number;
  readonly retryable: boolean | undefined;
  readonly outcome: string | undefined;
}

describe(`a gateway that is killed ${kills} times under load`, { timeout: 600_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "killed-gateway-"));
  let workspace: LocalWorkspace;
  let product: RunningProduct;
  let acknowledgements = 0;
  let onAcknowledged: (() => void) | undefined;

  beforeAll(async () => {
    workspace = await startLocalWorkspace({ dir: join(folder, "workspace") });
    product = await startProcesses({
      env: {
        GATEWAY_PORT: "off",
        DATABRICKS_HOST: workspace.url,
        DATABRICKS_TOKEN: "local-token-alice",
        AUDIT_LOG: join(folder, "audit.log"),
        // Small, so that kills meet it while it starts a new file.
        AUDIT_LOG_BYTES_MAX: "20000",
        AUDIT_LOG_FILES: "1000",
        LOG_LEVEL: "error",
      },
      // By default the fifth crash would end everything.
      supervision: { restartDelayMs: 10, restartDelayMsMax: 10, crashesMax: Number.POSITIVE_INFINITY },
    });
  });
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function call(method: "GET" | "PUT" | "POST", path: string, body?: string | object, id = "test") {
    const headers = {
      "x-request-id": id,
      ...(typeof body === "object" && { "content-type": "application/json" }),
    };
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = typeof body === "object" ? JSON.stringify(body) : body;
    const reply = await fetch(`${product.origin}${path}`, init);
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  }

  const mutations = [
    (id: string) => call("POST", "/api/query", { sql: `INSERT INTO ${table} VALUES ('${id}')` }, id),
    (id: string) => call("POST", "/api/statements", { sql: `INSERT INTO ${table} VALUES ('${id}')` }, id),
    (id: string) => call("PUT", `/api/files?path=${files}/${id}&overwrite=false`, id, id),
  ];

  /** Sends one mutation after another until `isOver`. No reply may be missing: the front door lives. */
  async function mutate(caller: number, isOver: () => boolean): Promise<Reply[]> {
    const replies: Reply[] = [];
    for (let index = 0; !isOver(); index++) {
      const id = `caller-${caller}-${index}`;
      const act = mutations[index % mutations.length];
      if (act === undefined) throw new Error("there is no such mutation");
      const { status, body } = await act(id).catch(() => cutReply);
      const { retryable, outcome } = body as Partial<Reply>;
      replies.push({ id, status, retryable, outcome });
      if (status < 300) {
        acknowledgements += 1;
        onAcknowledged?.();
      }
      // Not busily, while the gateway starts again and needs the CPU.
      else await sleep(100);
    }
    return replies;
  }

  async function untilMoreAcknowledged(count: number): Promise<void> {
    const enough = acknowledgements + count;
    await new Promise<void>((resolve) => {
      onAcknowledged = () => acknowledgements >= enough && resolve();
    });
  }

  /** How often each mutation ran, by its id. */
  async function executed(): Promise<Map<string, number>> {
    const { body } = await call("POST", "/api/query", {
      sql: `SELECT id, count(*) AS n FROM ${table} GROUP BY id`,
      row_limit: 1_000_000,
    });
    const times = new Map((body["rows"] as [string, string | number][]).map(([id, n]) => [id, Number(n)]));
    for (let query = ""; ; ) {
      const page = await call("GET", `/api/directories?path=${files}&max_results=1000${query}`);
      const entries = page.body["contents"] as { name: string }[];
      for (const { name } of entries.filter((entry) => entry.name.startsWith("caller-"))) times.set(name, 1);
      const { next_page_token: token } = page.body as { next_page_token?: string };
      if (token === undefined) break;
      query = `&page_token=${encodeURIComponent(token)}`;
    }
    return times;
  }

  /** The outcomes of the lines about each request. */
  function auditLines(): Map<string, string[]> {
    const outcomes = new Map<string, string[]>();
    for (const name of readdirSync(folder).filter((each) => each.startsWith("audit.log"))) {
      for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
        // A kill can leave half a line.
        const [, id, outcome] = /"request_id":"([^"]+)".*"outcome":"([^"]+)"/.exec(line) ?? [];
        if (id !== undefined) outcomes.set(id, [...(outcomes.get(id) ?? []), String(outcome)]);
      }
    }
    return outcomes;
  }

  test("runs what it acknowledged once, audits all that ran, and never hides that an outcome is unknown", async () => {
    await call("POST", "/api/query", { sql: `CREATE TABLE ${table} (id STRING)` });
    let isOver = false;
    const callers = Array.from({ length: callersAtOnce }, (_, caller) => mutate(caller, () => isOver));
    for (let kill = 0; kill < kills; kill++) {
      // Once it works again, and each time at another moment.
      await untilMoreAcknowledged(20 + ((kill * 7) % 23));
      process.kill(product.pidOf("databricks-gateway"), "SIGKILL");
    }
    // More than can be under way when it is killed.
    await untilMoreAcknowledged(20);
    isOver = true;
    const replies = (await Promise.all(callers)).flat();
    await expect.poll(() => workspace.openStatements()).toBe(0);
    const ran = await executed();
    const audited = auditLines();

    const acknowledged = replies.filter(({ status }) => status < 300);
    const failed = replies.filter(({ status }) => status >= 300);
    const effects = {
      acknowledged: acknowledged.length > 0,
      failed: failed.length > 0,
      acknowledgedButNotRun: acknowledged.filter(({ id }) => !ran.has(id)),
      runTwice: [...ran].filter(([, times]) => times > 1),
      runWithoutAudit: [...ran.keys()].filter((id) => !audited.has(id)),
      acknowledgedWithoutOutcome: acknowledged.filter(({ id }) => !audited.get(id)?.includes("ok")),
      runButCalledFailed: failed.filter(({ id, outcome }) => ran.has(id) && outcome !== "unknown"),
      unknownButRetryable: failed.filter(({ outcome, retryable }) => outcome === "unknown" && retryable),
    };
    expect(effects).toEqual({
      acknowledged: true,
      failed: true,
      acknowledgedButNotRun: [],
      runTwice: [],
      runWithoutAudit: [],
      acknowledgedWithoutOutcome: [],
      runButCalledFailed: [],
      unknownButRetryable: [],
    });
  });
});
