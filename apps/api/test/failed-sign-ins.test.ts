import { mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type IdentityProvider,
  type SigningKey,
  startIdentityProvider,
} from "@front-door/local-workspace/test/identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { type Stack, startStack, tokens } from "./start-stack.ts";

const limit = 20;
const keyOf = (name: string) => `fdk_${name.padEnd(43, "x")}`;
const file = join(mkdtempSync(join(tmpdir(), "api-keys-")), "keys.jsonl");
writeFileSync(
  file,
  ["good", "late"]
    .map((name) => JSON.stringify({ name, sha256: hashApiKey(keyOf(name)), operations: ["*"] }))
    .join("\n"),
);

let stack: Stack;
let addresses = 1;
/** One that nobody has failed from. */
const newAddress = () => `127.0.9.${(addresses += 1)}`;
const get = (headers: Record<string, string>, from: string) =>
  stack.call("GET", "/api/me", { headers, from });

async function statuses(count: number, headersOf: (index: number) => Record<string, string>, from: string) {
  const seen: number[] = [];
  for (let index = 0; index < count; index += 1) seen.push((await get(headersOf(index), from)).status);
  return seen;
}

const behind = (client: string, key: Record<string, string>) =>
  get({ ...key, "x-forwarded-for": client }, "127.0.0.2");
const seconds = () => Math.floor(Date.now() / 1000);
const times = (count: number, status: number) => Array.from({ length: count }, () => status);

/** Sends all requests at once on one connection. */
function pipelined(requests: readonly string[], from: string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: stack.port, host: "127.0.0.1", localAddress: from }, () =>
      socket.write(requests.join("")),
    );
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () =>
      resolve([...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]))),
    );
  });
}

const guess = (header: string, last: boolean) =>
  `GET /api/me HTTP/1.1\r\nHost: localhost\r\n${header}\r\n${last ? "Connection: close\r\n" : ""}\r\n`;

describe("failed sign-ins with API keys", () => {
  beforeAll(async () => {
    stack = await startStack(
      { failedSignInsPerMinute: limit },
      { settings: { API_AUTH: "api-key", API_KEYS_FILE: file, TRUSTED_PROXIES: "127.0.0.2" } },
    );
  });
  afterAll(() => stack.close());

  const bad = (index: number) => ({ "x-api-key": keyOf(`bad-${index}`) });
  const good = { "x-api-key": keyOf("good") };

  it("return 429 beyond the limit, and good keys from the same address still work", async () => {
    const from = newAddress();
    expect(await statuses(limit + 3, bad, from)).toEqual([...times(limit, 401), ...times(3, 429)]);
    expect((await get(good, from)).status).toBe(200);
    expect((await get({ "x-api-key": keyOf("late") }, from)).status).toBe(200);
    const limited = await get(bad(99), from);
    expect(limited.json.error_code).toBe("RATE_LIMITED");
    expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
    expect((await get(good, from)).status).toBe(200);
  });

  it("are limited when they are pipelined on one connection", async () => {
    const requests = Array.from({ length: 4 * limit }, (_, index) =>
      guess(`X-Api-Key: ${keyOf(`bad-${index}`)}`, index === 4 * limit - 1),
    );
    const seen = await pipelined(requests, newAddress());
    expect(seen.filter((status) => status === 401)).toHaveLength(limit);
    expect(seen.filter((status) => status === 429)).toHaveLength(3 * limit);
  });

  it("are limited when they are sent at once on many connections", async () => {
    const from = newAddress();
    const answers = await Promise.all(Array.from({ length: 3 * limit }, (_, index) => get(bad(index), from)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(limit);
  });

  it("are limited for each key, wherever they come from", async () => {
    const stale = { "x-api-key": keyOf("stale") };
    const seen: number[] = [];
    for (let index = 0; index < limit + 2; index += 1) seen.push((await get(stale, newAddress())).status);
    expect(seen).toEqual([...times(limit, 401), 429, 429]);
    expect((await get({ "x-api-key": keyOf("other") }, newAddress())).status).toBe(401);
  });

  it("do not lock out a good key that was sent with a broken token", async () => {
    const from = newAddress();
    const broken = { ...good, authorization: "Basic YTpi" };
    expect(await statuses(limit + 1, () => broken, from)).toEqual([...times(limit, 401), 429]);
    expect((await get(good, from)).status).toBe(200);
    expect((await get(good, newAddress())).status).toBe(200);
  });

  it("are not requests that bring no key", async () => {
    const from = newAddress();
    expect(await statuses(limit + 1, () => ({}), from)).toEqual(times(limit + 1, 401));
    expect(await statuses(limit + 1, bad, from)).toEqual([...times(limit, 401), 429]);
  });

  it("count for the address that a trusted proxy forwards, and lock nobody else out", async () => {
    const seen = [];
    for (let index = 0; index <= limit; index += 1)
      seen.push((await behind("203.0.113.5", bad(500 + index))).status);
    expect(seen).toEqual([...times(limit, 401), 429]);
    expect((await behind("203.0.113.5", good)).status).toBe(200);
    expect((await behind("203.0.113.6", bad(600))).status).toBe(401);
  });
});

describe("failed sign-ins with JWTs", () => {
  let provider: IdentityProvider;
  let key: SigningKey;
  let forged: SigningKey;
  beforeAll(async () => {
    provider = await startIdentityProvider();
    key = await provider.newKey("first");
    forged = { ...(await provider.newKey("forged")), kid: "first" };
    await provider.newKey("unused");
    provider.publish("first");
    stack = await startStack(
      { failedSignInsPerMinute: limit },
      { settings: { API_AUTH: "oidc", OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: "front-door" } },
    );
  });
  afterAll(async () => {
    await stack.close();
    provider.stop();
  });

  const jwt = async (by: SigningKey, sub: string, exp = seconds() + 300) =>
    `Bearer ${await provider.sign(by, { iss: provider.issuer, aud: "front-door", sub, exp })}`;

  it("return 429 beyond the limit, and a token that was never seen before still works", async () => {
    const from = newAddress();
    const bad = await Promise.all(
      Array.from({ length: limit + 2 }, (_, index) => jwt(forged, `user-${index}`)),
    );
    expect(await statuses(bad.length, (index) => ({ authorization: String(bad[index]) }), from)).toEqual([
      ...times(limit, 401),
      429,
      429,
    ]);
    const first = { authorization: await jwt(key, "ann") };
    expect((await get(first, from)).status).toBe(200);
    expect((await get(first, from)).status).toBe(200);
  });

  it("are limited when they are pipelined", async () => {
    const bad = await Promise.all(
      Array.from({ length: 3 * limit }, (_, index) => jwt(forged, `user-${index}`)),
    );
    const requests = bad.map((each, index) => guess(`Authorization: ${each}`, index === bad.length - 1));
    const seen = await pipelined(requests, newAddress());
    expect(seen.filter((status) => status === 401)).toHaveLength(limit);
    expect(seen).toHaveLength(3 * limit);
  });

  it("are limited for each token, wherever they come from", async () => {
    const expired = { authorization: await jwt(key, "ann", seconds() - 600) };
    const from = newAddress();
    expect(await statuses(limit + 1, () => expired, from)).toEqual([...times(limit, 401), 429]);
    expect((await get(expired, newAddress())).status).toBe(429);
    expect((await get({ authorization: await jwt(forged, "bob") }, newAddress())).status).toBe(401);
  });

  it("include those of a token that was accepted before and has expired", async () => {
    const from = newAddress();
    // Clocks may differ by 30 seconds.
    const short = { authorization: await jwt(key, "ann", seconds() - 24) };
    expect((await get(short, from)).status).toBe(200);
    const status = async () => (await get(short, from)).status;
    await expect.poll(status, { interval: 500, timeout: 15_000 }).toBe(401);
  }, 20_000);
});

describe("failed sign-ins without API_AUTH", () => {
  beforeAll(async () => {
    stack = await startStack(
      { failedSignInsPerMinute: limit },
      { settings: { RATE_LIMIT_PER_MINUTE: "1000" } },
    );
  });
  afterAll(() => stack.close());

  it("are limited, and a good token still works", async () => {
    const from = newAddress();
    expect(await statuses(limit + 1, () => ({ authorization: "Basic YTpi" }), from)).toEqual([
      ...times(limit, 401),
      429,
    ]);
    expect((await get({ authorization: `Bearer ${tokens.alice}` }, from)).status).toBe(200);
  });
});
