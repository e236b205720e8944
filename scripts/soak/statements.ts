import { setTimeout as sleep } from "node:timers/promises";
import { jsonOf, type Lane, type Reply } from "./lane.ts";
import { expectRows, ownRows } from "./queries.ts";

// Several seconds of one core, which cancelling saves.
const long = "SELECT count(*) FROM range(0, 3000) a CROSS JOIN range(0, 1000000) b WHERE a.id * b.id = -7";
const ended = new Set(["SUCCEEDED", "FAILED", "CANCELED", "CLOSED"]);
const pollMs = 250;
/** The workspace keeps results for a minute. */
const patienceMs = 40_000;

/** Submits a statement, asks until it has ended, and compares its rows. Somebody else must not find it. */
export async function submitAndRead(lane: Lane, other: Lane): Promise<void> {
  const own = ownRows(lane, 200);
  const statement = await submit(lane, { sql: own.sql, params: own.params });
  if (statement === undefined) return;
  const theirs = await other.send({ ...get(statement.path), alsoRight: [404] });
  if (theirs.kind === "ok") {
    lane.judge.expect(theirs.status === 404, "statement: found by another caller", () => theirs.status);
  }
  const state = await untilEnded(lane, statement);
  if (state !== "SUCCEEDED") return lane.judge.count(`statements: ${state ?? "not followed"}`);
  const reply = await lane.send({
    ...get(`${statement.path}/result?chunk=0`),
    streams: true,
    alsoRight: [404, 409],
  });
  if (reply.kind !== "ok" || reply.status !== 200) return lane.judge.count(`statements: no result`);
  const rows = jsonOf(lane, "statement", reply.body)?.["rows"] ?? [];
  expectRows(lane, "statement", own, rows as unknown[][]);
  lane.judge.count("statements: read");
}

/** Cancels a statement that would take seconds, and asks until it has ended. */
export async function submitAndCancel(lane: Lane): Promise<void> {
  const statement = await submit(lane, { sql: long });
  if (statement === undefined) return;
  while (performance.now() < statement.endsAt) {
    const cancel = { method: "POST", path: `${statement.path}/cancel`, body: {}, mayRunTwice: true };
    const reply = await lane.send({ ...cancel, alsoRight: [404] });
    if (isGone(lane, statement, reply)) return lane.judge.count("statements: of an earlier secret");
    if (reply.kind === "ok") break;
    await sleep(pollMs);
  }
  const state = await untilEnded(lane, statement);
  lane.judge.count(`statements: cancelled, then ${state ?? "not followed"}`);
}

interface Submitted {
  readonly path: string;
  readonly generation: number;
  /** Until when it is followed, by performance.now(). */
  readonly endsAt: number;
}

async function submit(lane: Lane, body: object): Promise<Submitted | undefined> {
  const generation = lane.product.secretGeneration;
  const reply = await lane.send({ method: "POST", path: "/api/statements", body, mayRunTwice: true });
  if (reply.kind !== "ok") return undefined;
  const id = jsonOf(lane, "statement", reply.body)?.["statement_id"];
  lane.judge.expect(typeof id === "string", "statement: no id", () => reply.body.toString());
  if (typeof id !== "string") return undefined;
  return { path: `/api/statements/${id}`, generation, endsAt: performance.now() + patienceMs };
}

const get = (path: string) => ({ method: "GET", path, mayRunTwice: true });

/** With another GATEWAY_SECRET the ids from before are nobody's: docs/security.md. */
function isGone(lane: Lane, { generation }: Submitted, reply: Reply): boolean {
  if (reply.kind !== "ok" || reply.status !== 404) return false;
  const now = lane.product.secretGeneration;
  const isExplained = generation !== now || now % 2 === 1;
  lane.judge.expect(isExplained, "statement: its own caller does not find it", () => reply.body.toString());
  return true;
}

/** Its last state; undefined if it could not be followed to its end. */
async function untilEnded(lane: Lane, statement: Submitted): Promise<string | undefined> {
  for (; performance.now() < statement.endsAt; await sleep(pollMs)) {
    const reply = await lane.send({ ...get(statement.path), alsoRight: [404] });
    if (isGone(lane, statement, reply)) return undefined;
    if (reply.kind !== "ok") continue;
    const state = String(jsonOf(lane, "statement", reply.body)?.["state"]);
    if (ended.has(state)) return state;
  }
  return undefined;
}
