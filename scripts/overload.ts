// node scripts/overload.ts [seconds]: what callers get who send ten times as much as the installation can serve, and what a caller
// gets beside one who does. The workspace takes 100 ms for each call, so CALLS_MAX and not the machine decides what can be served.
// Prints the rows of the table in docs/limits.md, and exits with 1 if a goal is missed.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { setDefaultCACertificates } from "node:tls";
import { newKey, writeKeys } from "./soak/callers.ts";
import { startProduct } from "./start-product.ts";

const ms = Number(process.argv[2] ?? 20) * 1_000;
const callsMax = 16;
const upstreamMs = 100;
const path = "/api/schemas?catalog=main";

interface Answer {
  readonly status: number;
  readonly ms: number;
  readonly hasRetryAfter: boolean;
}

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
const folder = mkdtempSync(join(tmpdir(), "overload-"));
const caller = (name: string) => ({ name, key: newKey() });
const [quiet, greedy] = [caller("quiet"), caller("greedy")];
const crowd = Array.from({ length: 8 }, (_, at) => caller(`crowd-${at}`));
writeKeys(join(folder, "keys.jsonl"), [quiet, greedy, ...crowd]);
const product = await startProduct({
  env: {
    API_AUTH: "api-key",
    API_KEYS_FILE: join(folder, "keys.jsonl"),
    RATE_LIMIT_PER_MINUTE: "0",
    CALLS_MAX: String(callsMax),
    AUDIT_LOG: "off",
    LOG_LEVEL: "silent",
  },
});
try {
  process.exitCode = (await measure()) ? 0 : 1;
} finally {
  agent.destroy();
  await product[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<boolean> {
  setDefaultCACertificates([readFileSync(join(product.folder, "workspace/tls/ca.pem"), "utf8")]);
  const order = { path: "/api/2.1/unity-catalog/schemas*", delayMs: upstreamMs };
  await fetch(`${product.workspaceUrl}/_local/faults`, { method: "POST", body: JSON.stringify(order) });
  const keys = crowd.map(({ key }) => key);
  await inTurn([...keys, ...keys], 3_000);
  const alone = accepted(await inTurn([quiet.key], ms));
  const most = accepted(await inTurn([...keys, ...keys], ms)).length / (ms / 1_000);
  const flood = await atRate(keys, 10 * most, ms);
  const floodAccepted = accepted(flood);
  const refused = flood.filter(({ status }) => status === 503 || status === 429);
  const [beside, greedyFlood] = await Promise.all([
    inTurn([quiet.key], ms).then(accepted),
    atRate([greedy.key], 10 * most, ms),
  ]);
  const others = [...flood, ...greedyFlood].filter(({ status }) => ![200, 429, 503].includes(status));
  const rows: [string, string, boolean][] = [
    ["one caller alone, p50 and p99", `${quantile(alone, 0.5)} ms, ${quantile(alone, 0.99)} ms`, true],
    [`served at most, ${callsMax} at once`, `${Math.round(most)} a second`, true],
    [
      "sent in the flood",
      `${Math.round(flood.length / (ms / 1_000))} a second`,
      flood.length > 9 * most * (ms / 1_000),
    ],
    [
      "accepted of it, p99",
      `${quantile(floodAccepted, 0.99)} ms`,
      quantile(floodAccepted, 0.99) <= 2 * quantile(alone, 0.99),
    ],
    [
      "accepted of it",
      `${Math.round(floodAccepted.length / (ms / 1_000))} a second`,
      floodAccepted.length / (ms / 1_000) >= 0.9 * most,
    ],
    [
      "refused, p50 and p99",
      `${quantile(refused, 0.5)} ms, ${quantile(refused, 0.99)} ms`,
      quantile(refused, 0.5) < 50,
    ],
    [
      "refusals without Retry-After, other replies",
      `${refused.filter(({ hasRetryAfter }) => !hasRetryAfter).length}, ${others.length}`,
      refused.every(({ hasRetryAfter }) => hasRetryAfter) && others.length === 0,
    ],
    [
      "one caller beside a greedy one, p99",
      `${quantile(beside, 0.99)} ms`,
      quantile(beside, 0.99) < 1.5 * quantile(alone, 0.99),
    ],
  ];
  for (const [what, value, isReached] of rows)
    console.log(`| ${what} | ${value} | ${isReached ? "" : "**missed**"} |`);
  return rows.every(([, , isReached]) => isReached);
}

/** Each key's caller sends its next request when it has the reply to the one before. */
async function inTurn(keys: readonly string[], forMs: number): Promise<Answer[]> {
  const endsAt = performance.now() + forMs;
  const answers = keys.map(async (key) => {
    const own: Answer[] = [];
    while (performance.now() < endsAt) {
      const answer = await send(key);
      own.push(answer);
      if (answer.status !== 200) await sleep(50);
    }
    return own;
  });
  return (await Promise.all(answers)).flat();
}

/** So many a second, whatever becomes of them. */
async function atRate(keys: readonly string[], perSecond: number, forMs: number): Promise<Answer[]> {
  const startedAt = performance.now();
  const answers: Promise<Answer>[] = [];
  for (let passed = 0; passed < forMs; passed = performance.now() - startedAt) {
    const due = Math.min(Math.floor((passed * perSecond) / 1_000) - answers.length, 200);
    for (let sent = 0; sent < due; sent += 1) answers.push(send(keys[answers.length % keys.length] ?? ""));
    await sleep(2);
  }
  return Promise.all(answers);
}

function send(key: string): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const startedAt = performance.now();
  const end = (status: number, hasRetryAfter = false) =>
    resolve({ status, hasRetryAfter, ms: performance.now() - startedAt });
  request(product.origin + path, { headers: { "x-api-key": key }, agent })
    .on("response", (reply) => {
      reply
        .resume()
        .once("end", () => end(reply.statusCode ?? 0, reply.headers["retry-after"] !== undefined));
    })
    .on("error", () => end(0))
    .end();
  return promise;
}

function accepted(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ status }) => status === 200);
}

/** The time in milliseconds within which this part of the answers came. */
function quantile(answers: readonly Answer[], part: number): number {
  const times = answers.map((answer) => answer.ms).toSorted((one, other) => one - other);
  return Math.round(times[Math.floor((times.length - 1) * part)] ?? Number.NaN);
}
