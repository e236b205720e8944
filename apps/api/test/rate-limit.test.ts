import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Logger, pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { SharedHits } from "../src/rate-limit/shared-hits.ts";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { type RedisPeer, startRedisPeer } from "./redis-peer.ts";
import { type LogLine, type Stack, startStack, tokens } from "./start-stack.ts";

const file = join(mkdtempSync(join(tmpdir(), "api-keys-")), "keys.jsonl");
const keyOf = (name: string) => `fdk_${name.padEnd(43, "x")}`;
writeFileSync(
  file,
  ["a", "b"]
    .map((name) => JSON.stringify({ name, sha256: hashApiKey(keyOf(name)), operations: ["*"] }))
    .join("\n"),
);
const key = (name: string) => ({ "x-api-key": keyOf(name) });
const withKeys = { API_AUTH: "api-key", API_KEYS_FILE: file, RATE_LIMIT_PER_MINUTE: "5" };

let stack: Stack;
const get = (headers: Record<string, string>, from?: string) =>
  stack.call("GET", "/api/me", { headers, ...(from === undefined ? {} : { from }) });

let guesses = 0;
const wrong = () => key(`wrong-${(guesses += 1)}`);
const from = (client: string) => ({ ...wrong(), "x-forwarded-for": client });
const status = async (at: Stack) => (await at.call("GET", "/api/me", { headers: key("a") })).status;

describe("a signed-in caller's requests", () => {
  beforeAll(async () => {
    stack = await startStack(
      { failedSignInsPerMinute: 5 },
      { settings: { ...withKeys, TRUSTED_PROXIES: "127.0.0.2" } },
    );
  });
  afterAll(() => stack.close());

  it("are limited by the caller's name, whatever address they come from", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      const answer = await get(key("a"), `127.0.3.${count + 1}`);
      statuses.push(answer.status);
      expect(answer.headers["ratelimit-policy"]).toContain('"caller"; q=5; w=60');
      expect(answer.headers["ratelimit"]).toContain(`r=${Math.max(0, 4 - count)}`);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const limited = await get(key("a"));
    expect(limited.json).toMatchObject({ error_code: "RATE_LIMITED", retryable: true });
    expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(limited.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect((await get(key("b"))).status).toBe(200);
    expect((await stack.call("GET", "/health")).status).toBe(200);
  });

  it("are limited by address if they fail to sign in, and X-Forwarded-For of a stranger is ignored", async () => {
    for (let count = 0; count < 5; count += 1) {
      const answer = await get({ ...wrong(), "x-forwarded-for": `203.0.113.${count}` }, "127.0.0.7");
      expect(answer.status).toBe(401);
    }
    expect((await get(wrong(), "127.0.0.7")).json.error_code).toBe("RATE_LIMITED");
    expect((await get(wrong(), "127.0.0.8")).status).toBe(401);
    expect((await get(key("b"), "127.0.0.7")).status).toBe(200);
  });

  it("are counted by the address that a trusted proxy forwards, IPv6 by its /56", async () => {
    for (let count = 0; count < 5; count += 1) await get(from("2001:db8:1:100::1"), "127.0.0.2");
    expect((await get(from("2001:db8:1:1ff::2"), "127.0.0.2")).status).toBe(429);
    expect((await get(from("[2001:db8:1:100::1]:4711"), "127.0.0.2")).status).toBe(429);
    expect((await get(from("2001:db8:1:200::1"), "127.0.0.2")).status).toBe(401);
    for (let count = 0; count < 5; count += 1) await get(from(`203.0.113.9:${4000 + count}`), "127.0.0.2");
    expect((await get(from("203.0.113.9"), "127.0.0.2")).status).toBe(429);
  });
});

describe("an anonymous caller's requests", () => {
  beforeAll(async () => {
    stack = await startStack({}, { settings: { RATE_LIMIT_PER_MINUTE: "3" } });
  });
  afterAll(() => stack.close());

  it("are limited by address, whatever tokens they carry", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      const authorization = count % 2 === 0 ? `Bearer ${tokens.alice}` : `Bearer ${tokens.bob}`;
      statuses.push((await get({ authorization }, "127.0.0.5")).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await get({}, "127.0.0.6")).status).toBe(200);
  });
});

const lines: LogLine[] = [];
const logger: Logger = pino({}, { write: (line) => void lines.push(JSON.parse(line) as LogLine) });
const errors = () => lines.filter((line) => Number(line["level"]) === 50);

describe("front doors that share a Redis", () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
    lines.length = 0;
  });

  async function frontDoor(url: string): Promise<Stack> {
    const callerHits = new SharedHits(url, logger);
    const started = await startStack({}, { settings: withKeys, callerHits });
    open.push(started, callerHits);
    return started;
  }

  async function countTogether(url: string) {
    const [first, second] = [await frontDoor(url), await frontDoor(url)];
    await expect.poll(() => status(first)).toBe(200);
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push(await status(count % 2 ? first : second));
    return { first, second, statuses };
  }

  it("count a caller's requests together", async () => {
    const peer = await startRedisPeer();
    open.push(peer);
    const { statuses } = await countTogether(`redis://:canary-password@127.0.0.1:${peer.port}`);
    expect(statuses.filter((each) => each === 429).length).toBeGreaterThanOrEqual(1);
    expect(statuses.at(-1)).toBe(429);
    expect(peer.commands).toContainEqual(["AUTH", "canary-password"]);
    expect(JSON.stringify(peer.commands)).not.toContain("fdk_");
  });

  it.each(["is not there", "goes away", "hangs"])(
    "count each by itself when Redis %s, and log one error without the password",
    async (how) => {
      const peer: RedisPeer = await startRedisPeer();
      open.push(peer);
      if (how === "is not there") peer.close();
      const door = await frontDoor(`redis://user:canary-password@127.0.0.1:${peer.port}`);
      if (how !== "is not there") {
        // It has connected when it signs in.
        await expect.poll(() => peer.commands).toContainEqual(["AUTH", "user", "canary-password"]);
        await delay(100);
        expect(await status(door)).toBe(200);
        if (how === "hangs") peer.hangs = true;
        else peer.close();
      }
      peer.commands.length = 0;
      const statuses = [];
      for (let count = 0; count < 6; count += 1) statuses.push(await status(door));
      // Only the first request waits for a Redis that hangs.
      expect(peer.commands.length).toBeLessThan(statuses.length);
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
      expect(errors()).toMatchObject([{ msg: expect.stringContaining("REDIS_URL") }]);
      expect(JSON.stringify(lines)).not.toContain("canary-password");
    },
  );

  it("count together again when Redis is back", async () => {
    const peer = await startRedisPeer();
    const door = await frontDoor(`redis://127.0.0.1:${peer.port}`);
    peer.close();
    expect(await status(door)).toBe(200);
    const again = await startRedisPeer(peer.port);
    open.push(again);
    const commandsAfterRequest = async () => {
      await status(door);
      return again.commands.map(([name]) => name);
    };
    await expect.poll(commandsAfterRequest, { interval: 500 }).toContain("EVAL");
    expect(lines.at(-1)).toMatchObject({ level: 30, msg: expect.stringContaining("together again") });
  });

  const redisServer = spawnSync("redis-server", ["--version"]).status === 0;
  it.skipIf(!redisServer)(
    "count together on a real redis-server (skipped when none is on the PATH)",
    async () => {
      const port = 20_000 + Math.floor(Math.random() * 20_000);
      const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
      const child: ChildProcess = spawn("redis-server", args, { stdio: "ignore" });
      open.push({ close: () => child.kill() });
      await delay(500);
      const { statuses } = await countTogether(`redis://127.0.0.1:${port}`);
      expect(statuses.at(-1)).toBe(429);
    },
  );
});
