import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalWorkspace } from "@front-door/local-workspace";
import { expect, onTestFinished, test } from "vitest";
import { makeCallers } from "./callers.ts";
import { Files } from "./files.ts";
import { Inserts } from "./inserts.ts";
import { Judge } from "./judge.ts";
import { Lane } from "./lane.ts";
import { askForObjects } from "./objects.ts";
import { queryLines, queryOnce } from "./queries.ts";
import { randomOf } from "./random.ts";
import { WorkspaceUnderSoak } from "./workspace-under-soak.ts";

// What a soak is worth: each lie of a front door has to be found.

type Answer = (request: IncomingMessage, reply: ServerResponse, body: string) => void;

/** A lane of Alice's whose front door answers like this. */
async function laneOf(answer: Answer) {
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      reply.setHeader("x-request-id", String(request.headers["x-request-id"]));
      answer(request, reply, Buffer.concat(chunks).toString());
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const judge = new Judge(() => undefined);
  const alice = makeCallers().find(({ name }) => name === "alice");
  if (alice === undefined) throw new Error("there is no Alice");
  const product = { origin, secretGeneration: 0, wasAway: () => false };
  return { lane: new Lane("alice-1", alice, randomOf("a test"), product, judge), judge };
}

const found = ({ wrongs }: Judge) => wrongs.map((line) => line.split(": {")[0]?.split(": [")[0]);

/** The reply of a query that is right but for what `change` does to its rows. */
function rowsReply(body: string, change: (rows: unknown[][]) => unknown[][]): unknown[][] {
  const { sql, params } = JSON.parse(body) as { sql: string; params: Record<string, number | string> };
  const count = Number(/range\(0, (\d+)\)/.exec(sql)?.[1]);
  const { mark, factor, offset } = params;
  const row = (_: unknown, id: number) => ["alice@example.com", mark, id * Number(factor) + Number(offset)];
  return change(Array.from({ length: count }, row));
}

test.each([
  ["right rows", (rows: unknown[][]) => rows, []],
  ["a row too few", (rows: unknown[][]) => rows.slice(1), ["query: other rows"]],
  ["a doubled row", (rows: unknown[][]) => [...rows, ...rows.slice(-1)], ["query: other rows"]],
  [
    "a wrong number",
    (rows: unknown[][]) => rows.with(0, ["alice@example.com", rows[0]?.[1], -1]),
    ["query: other rows"],
  ],
  [
    "rows of Bob",
    (rows: unknown[][]) => rows.map(([, ...rest]) => ["bob@example.com", ...rest]),
    ["query: other rows"],
  ],
  [
    "rows of another request",
    (rows: unknown[][]) => rows.map(([who, , value]) => [who, "alice-1.9", value]),
    ["query: other rows"],
  ],
])("a query with %s", async (_what, change, wrongs) => {
  const { lane, judge } = await laneOf((_request, reply, body) => {
    reply.end(JSON.stringify({ rows: rowsReply(body, change) }));
  });
  await queryOnce(lane);
  expect(found(judge)).toEqual(wrongs);
});

test("lines that end early and look whole are found", async () => {
  const { lane, judge } = await laneOf((_request, reply, body) => {
    const rows = rowsReply(body, (all) => all.slice(1));
    const last = { complete: true, row_count: rows.length };
    reply.end(["{}", ...rows.map((row) => JSON.stringify(row)), JSON.stringify(last)].join("\n"));
  });
  await queryLines(lane);
  expect(found(judge)).toEqual(["lines: the last one", "lines: other rows"]);
});

test("the answer of another identity is found", async () => {
  const { lane, judge } = await laneOf((_request, reply) => {
    reply.end(JSON.stringify({ user_name: "bob@example.com", catalogs: [{ name: "main" }] }));
  });
  const catalogs = new Map([["alice@example.com", ["finance", "main"]]]);
  for (let times = 0; times < 10; times += 1) await askForObjects(lane, catalogs);
  expect(new Set(found(judge))).toEqual(
    new Set(["me: another identity", "catalogs: not those of the caller"]),
  );
});

test("a refusal that no fault explains, an unknown read and a defect are found", async () => {
  const failures = [
    { status: 404, error_code: "NOT_FOUND", retryable: false },
    { status: 503, error_code: "TEMPORARILY_UNAVAILABLE", retryable: false, outcome: "unknown" },
    { status: 500, error_code: "INTERNAL_ERROR", retryable: false },
    { status: 503, error_code: "TEMPORARILY_UNAVAILABLE", retryable: true },
  ];
  const { lane, judge } = await laneOf((request, reply) => {
    const failure = failures.shift();
    reply.statusCode = failure?.status ?? 200;
    reply.end(
      JSON.stringify({ ...failure, error: "It failed.", request_id: request.headers["x-request-id"] }),
    );
  });
  for (let times = 0; times < 4; times += 1) {
    await lane.send({ method: "GET", path: "/api/me", mayRunTwice: true });
  }
  expect(found(judge)).toEqual([
    "GET /api/me: refused",
    "GET /api/me: unknown, although it may run twice",
    "GET /api/me: refused",
  ]);
});

test("a file with other bytes, and one that is lost, are found", async () => {
  let stored = Buffer.alloc(0);
  const { lane, judge } = await laneOf((request, reply, body) => {
    if (request.method === "PUT") {
      stored = Buffer.from("other bytes");
      reply.end(JSON.stringify({ file_size: Number(request.headers["content-length"]) }));
      return;
    }
    if (request.url?.startsWith("/api/directories")) return void reply.end(JSON.stringify({ contents: [] }));
    reply.end(body === "" ? stored : "");
  });
  const files = new Files(lane);
  await files.change();
  for (let times = 0; times < 20; times += 1) await files.look();
  expect(new Set(found(judge))).toEqual(
    new Set(["download: other bytes", "list: a file too few or too many"]),
  );
});

test("a row that is lost, doubled, foreign or of somebody else is found", async () => {
  const marks: string[] = [];
  const { lane, judge } = await laneOf((_request, reply, body) => {
    marks.push((JSON.parse(body) as { params: { mark: string } }).params.mark);
    reply.end("{}");
  });
  const inserts = new Inserts();
  for (let times = 0; times < 4; times += 1) await inserts.insert(lane);
  const [alice, bob] = ["alice@example.com", "bob@example.com"];
  const [, doubled, foreign, right] = marks as [string, string, string, string];
  const workspace = {
    rows: async () => [
      [doubled, alice, alice, "2"],
      [foreign, bob, bob, "1"],
      [right, alice, alice, "1"],
      ["nobody's", alice, alice, "1"],
    ],
  };
  await inserts.compare(judge, workspace, "a token");
  expect(judge.wrongs).toHaveLength(4);
  expect(found(judge).at(-1)).toBe("insert: rows that nobody sent");
});

test("a lane whose uploads have all failed has no folder, and nothing is wrong", async () => {
  const dir = mkdtempSync(join(tmpdir(), "soak-"));
  const workspace = await startLocalWorkspace({ dir, sampleData: false });
  onTestFinished(async () => {
    await workspace.close();
    rmSync(dir, { recursive: true });
  });
  const { lane, judge } = await laneOf((_, reply) => reply.end());
  await new Files(lane).compare(new WorkspaceUnderSoak(workspace.url), lane.caller.token ?? "");
  expect([judge.checked, judge.wrongCount]).toEqual([1, 0]);
});
