import { request as httpRequest } from "node:http";
import { pino } from "pino";
import { request } from "undici";
import { expect, test } from "vitest";
import { ALICE, DIRECTORIES, FILES, pages, startForTest, temporaryFiles, UC } from "../../test/under-test.ts";
import { defaultSeed } from "../state/seed.ts";

const CATALOGS = `${UC}/catalogs`;

test("a fault replies to the nth matching call, as many times as set", async () => {
  const { call, workspace } = await startForTest();
  workspace.addFault({ method: "GET", path: CATALOGS, nth: 2, status: 429, headers: { "retry-after": "7" } });
  workspace.addFault({
    path: `${UC}/*`,
    times: 1,
    status: 503,
    body: { error_code: "TEMPORARILY_UNAVAILABLE", message: "m" },
  });
  const statuses = [];
  for (let at = 0; at < 4; at += 1) statuses.push((await call("GET", CATALOGS)).status);
  expect(statuses).toEqual([503, 429, 200, 200]);
  expect(workspace.requests().map((one) => one.status)).toEqual([503, 429, 200, 200]);
  workspace.addFault({ status: 500, body: "<pre>oops</pre>" });
  expect((await call("GET", CATALOGS)).bytes.toString()).toBe("<pre>oops</pre>");
  workspace.clearFaults();
  expect((await call("GET", CATALOGS)).status).toBe(200);
});

test("a delay holds back the reply and ends when the client leaves", async () => {
  const { call, workspace } = await startForTest();
  workspace.addFault({ times: 1, delayMs: 80 });
  const started = performance.now();
  expect((await call("GET", CATALOGS)).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThan(75);
  workspace.addFault({ delayMs: 60_000 });
  const left = new AbortController();
  const answer = request(workspace.url, { signal: left.signal });
  await expect.poll(() => workspace.openRequests()).toBe(1);
  left.abort();
  await expect(answer).rejects.toThrow("aborted");
  await expect.poll(() => workspace.requests().at(-1)?.state).toBe("aborted");
  expect(workspace.openRequests()).toBe(0);
});

test("a cut sends exactly the set number of body bytes, then drops the connection", async () => {
  const { call, workspace } = await startForTest();
  await call("PUT", `${FILES}/f`, { body: "x".repeat(1_000_000) });
  for (const bytes of [0, 10, 500_000]) {
    workspace.addFault({ times: 1, cutAfterBytes: bytes });
    const response = await request(`${workspace.url}${FILES}/f`, {
      headers: { authorization: `Bearer ${ALICE}` },
    });
    expect([response.statusCode, response.headers["content-length"]]).toEqual([200, "1000000"]);
    let received = 0;
    const reading = (async () => {
      for await (const chunk of response.body) received += (chunk as Buffer).length;
    })();
    await expect(reading).rejects.toThrow(/terminated|other side closed|aborted/);
    expect(received).toBe(bytes);
    await expect.poll(() => workspace.requests().at(-1)?.state).toBe("aborted");
  }
});

test("a stall sends the set number of bytes, then keeps the socket open and silent", async () => {
  const { workspace } = await startForTest();
  workspace.addFault({ stallBodyAfterBytes: 5 });
  const response = await request(`${workspace.url}${CATALOGS}`, {
    headers: { authorization: `Bearer ${ALICE}` },
  });
  const body = response.body[Symbol.asyncIterator]();
  expect((await body.next()).value).toHaveLength(5);
  const silent = await Promise.race([
    body.next(),
    new Promise((resolve) => setTimeout(resolve, 100, "silent")),
  ]);
  expect(silent).toBe("silent");
  expect(workspace.openRequests()).toBe(1);
  response.body.on("error", () => {}).destroy();
  await expect.poll(() => workspace.openRequests()).toBe(0);
});

test("a request cut in the middle of its body leaves nothing behind", async () => {
  const { call, workspace, dir } = await startForTest();
  workspace.addFault({ method: "PUT", cutRequestAfterBytes: 1000, times: 1 });
  await expect(call("PUT", `${FILES}/cut`, { body: "x".repeat(5_000_000) })).rejects.toThrow(
    /closed|ECONNRESET|EPIPE/,
  );
  await expect.poll(() => workspace.requests().at(-1)?.state).toBe("aborted");
  await expect.poll(() => temporaryFiles(dir)).toEqual([]);
  expect((await call("GET", `${FILES}/cut`)).status).toBe(404);
});

test("a call that ran can be answered with another status, with a broken connection, or never", async () => {
  const { call, workspace } = await startForTest();
  const put = (name: string) => call("PUT", `${FILES}/${name}`, { body: "x" });
  const stored = async (name: string) => (await call("GET", `${FILES}/${name}`)).status === 200;
  workspace.addFault({
    method: "PUT",
    times: 1,
    afterRun: true,
    status: 503,
    headers: { "x-mark": "here" },
    body: "<html>",
  });
  const answer = await put("a");
  expect([answer.status, answer.headers["x-mark"], answer.bytes.toString()]).toEqual([503, "here", "<html>"]);
  expect(await stored("a")).toBe(true);
  workspace.addFault({ method: "PUT", times: 1, afterRun: true, noReply: "reset" });
  await expect(put("b")).rejects.toThrow(/closed|ECONNRESET/);
  expect(await stored("b")).toBe(true);
  workspace.addFault({ method: "PUT", times: 1, noReply: "reset" });
  await expect(put("c")).rejects.toThrow(/closed|ECONNRESET/);
  expect(await stored("c")).toBe(false);
  workspace.addFault({ method: "PUT", times: 1, afterRun: true, noReply: "silent" });
  const left = new AbortController();
  const silent = request(`${workspace.url}${FILES}/d`, {
    method: "PUT",
    headers: { authorization: `Bearer ${ALICE}` },
    body: "x",
    signal: left.signal,
  });
  silent.catch(() => undefined);
  await expect.poll(() => stored("d")).toBe(true);
  expect(workspace.requests().filter(({ state }) => state === "open")).toMatchObject([{ method: "PUT" }]);
  left.abort();
  await expect(silent).rejects.toThrow("aborted");
  await expect.poll(() => workspace.openRequests()).toBe(0);
});

test("a body can be shortened, with a length that agrees", async () => {
  const { workspace } = await startForTest();
  workspace.addFault({ bodyBytes: 4 });
  const { statusCode, headers, body } = await request(`${workspace.url}${CATALOGS}`, {
    headers: { authorization: `Bearer ${ALICE}` },
  });
  expect([statusCode, headers["content-length"], (await body.text()).length]).toEqual([200, "4", 4]);
});

test("the empty-pages fault applies to directory listings", async () => {
  const { call, workspace } = await startForTest();
  workspace.addFault({ emptyPages: 1 });
  const found = await pages(call, `${DIRECTORIES}?page_size=2`, "contents");
  expect(found.map((page) => page.length)).toEqual([0, 2, 0, 1]);
});

test("a fault that could never apply is rejected", async () => {
  const { workspace } = await startForTest();
  expect(() => workspace.addFault({ staus: 500 } as object)).toThrow("staus");
  expect(() => workspace.addFault({ nth: 0 })).toThrow("nth");
  expect(() => workspace.addFault({ afterRun: true })).toThrow("afterRun needs");
});

test("requests are recorded as they came, without their credentials", async () => {
  const { call, workspace } = await startForTest();
  await call("GET", `${UC}/schemas/main.%64efault?a=1&b=%20`, { headers: { "x-mark": "here" } });
  await call("POST", CATALOGS, { token: null, body: "12345" });
  const [first, second] = workspace.requests();
  expect(first).toMatchObject({
    method: "GET",
    path: `${UC}/schemas/main.%64efault`,
    query: { a: "1", b: " " },
    principal: "alice@example.com",
    status: 200,
    state: "done",
    headers: { authorization: "Bearer", "x-mark": "here" },
  });
  expect(second).toMatchObject({ principal: undefined, status: 401 });
  expect(JSON.stringify(workspace.requests())).not.toContain(ALICE);
  workspace.clearRequests();
  expect(workspace.requests()).toEqual([]);
});

test("the log has one line per request, warns of unimplemented routes, and contains no secret", async () => {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: "info" }, { write: (line) => lines.push(JSON.parse(line)) });
  const { call } = await startForTest({ logger });
  await call("GET", CATALOGS);
  await call("GET", "/api/2.0/jobs/list");
  await expect.poll(() => lines.filter((line) => line.msg === "request")).toHaveLength(2);
  expect(lines.filter((line) => line.level === 40)).toMatchObject([
    { method: "GET", path: "/api/2.0/jobs/list" },
  ]);
  expect(JSON.stringify(lines)).not.toContain(ALICE);
});

test("the controls work over HTTP and are not recorded", async () => {
  const { call, workspace } = await startForTest();
  const control = (method: string, path: string, body?: unknown) =>
    call(method, `/_local/${path}`, { token: null, body });
  expect((await control("GET", "health")).json).toEqual({ status: "ok" });
  expect((await control("POST", "faults", { path: CATALOGS, status: 418 })).status).toBe(200);
  expect((await call("GET", CATALOGS)).status).toBe(418);
  expect((await control("DELETE", "faults")).status).toBe(200);
  expect((await call("GET", CATALOGS)).status).toBe(200);
  expect((await control("GET", "requests")).json.requests).toHaveLength(2);
  expect((await control("DELETE", "requests")).status).toBe(200);
  expect(workspace.requests()).toEqual([]);
  expect((await control("POST", "faults", { nth: "x" })).status).toBe(400);
  expect((await control("GET", "nothing")).status).toBe(501);
});

test("credentials can be added, rotated and revoked while the workspace runs", async () => {
  const { call, workspace } = await startForTest();
  const status = async (token: string) => (await call("GET", CATALOGS, { token })).status;
  const order = async (body: object) =>
    (await call("POST", "/_local/credentials", { token: null, body })).status;
  expect(await order({ addToken: { principal: "bob@example.com", token: "bobs-new-token" } })).toBe(200);
  expect(await order({ revokeToken: ALICE })).toBe(200);
  expect([await status("bobs-new-token"), await status(ALICE)]).toEqual([200, 403]);
  expect(workspace.requests().map(({ principal }) => principal)).toEqual(["bob@example.com", undefined]);

  const { applicationId, clientSecret } = defaultSeed.servicePrincipals[0]!;
  const login = async (secret: string) => {
    const answer = await request(`${workspace.url}/oidc/v1/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${applicationId}:${secret}`).toString("base64")}` },
      body: "grant_type=client_credentials&scope=all-apis",
    });
    const { access_token, expires_in } = (await answer.body.json()) as {
      access_token: string;
      expires_in: number;
    };
    return { status: answer.statusCode, token: access_token, seconds: expires_in };
  };
  const { token } = await login(clientSecret);
  await workspace.changeCredentials({
    setClientSecret: { applicationId, clientSecret: "rotated" },
    oauthTokenSeconds: 9,
  });
  expect((await login(clientSecret)).status).toBe(401);
  expect(await login("rotated")).toMatchObject({ status: 200, seconds: 9 });
  expect(await status(token)).toBe(200);
  expect(await order({ revokeIssuedTokens: true })).toBe(200);
  expect(await status(token)).toBe(403);

  expect(await order({ addToken: { principal: "nobody", token: "t" } })).toBe(400);
  expect(await order({ forget: true })).toBe(400);
});

test("time passes over HTTP for what takes time", async () => {
  const { call } = await startForTest({ holdClock: true });
  const cluster_id = "1128-091500-trip5abc";
  const state = async () => (await call("GET", `/api/2.1/clusters/get?cluster_id=${cluster_id}`)).json.state;
  const step = (body: object) => call("POST", "/_local/clock", { token: null, body });
  await call("POST", "/api/2.1/clusters/start", { body: { cluster_id } });
  expect(await state()).toBe("PENDING");
  expect((await step({ stepMs: 5_000 })).status).toBe(200);
  expect(await state()).toBe("RUNNING");
  expect((await step({ stepMs: -1 })).status).toBe(400);
});

test("a web page cannot use the controls", async () => {
  const { workspace } = await startForTest();
  const { port } = new URL(workspace.url);
  const status = (headers: Record<string, string>) =>
    new Promise((resolve, reject) => {
      httpRequest({ port, path: "/_local/requests", headers }, (res) => resolve(res.resume().statusCode))
        .on("error", reject)
        .end();
    });
  expect(await status({ host: `localhost:${port}` })).toBe(200);
  expect(await status({ host: `localhost:${port}`, origin: "https://example.com" })).toBe(403);
  expect(await status({ host: `localhost:${port}`, origin: "null" })).toBe(403);
  expect(await status({ host: `rebound.example.com:${port}` })).toBe(403);
  expect(await status({ host: "localhost" })).toBe(403);
});
