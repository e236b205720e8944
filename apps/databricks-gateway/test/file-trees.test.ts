import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type GatewayUnderTest, startGateway, startWorkspace, tokenOf, until } from "./gateway-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
  await Promise.all(tree.map((path) => gateway.upload({ path: `${root}/${path}` }, path)));
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
  gateway.audit.length = 0;
});
afterEach(() => workspace.clearFaults());

const root = "/Volumes/main/default/files/tree";
const tree = ["1", "a/1", "a/2 #?%", "a/b/c/d/1", "e/1", "e/ü/1", "f/1", "g/1", "h/1", "i/1", "j/1"];
const directories = ["a", "a/b", "a/b/c", "a/b/c/d", "e", "e/ü", "f", "g", "h", "i", "j"];
const listing = (path: string) => `/api/2.0/fs/directories${root}${path}`;

interface Line {
  readonly path?: string;
  readonly is_directory?: boolean;
  readonly [field: string]: unknown;
}

async function list(from = gateway, path = root): Promise<Line[]> {
  const answer = await from.run("list_tree", { path });
  expect([answer.status, answer.headers["content-type"]]).toEqual([
    200,
    "application/x-ndjson; charset=utf-8",
  ]);
  expect(answer.text.endsWith("\n")).toBe(true);
  return answer.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

const namesOf = (lines: Line[]) => lines.flatMap(({ path }) => path?.slice(root.length + 1) ?? []);

test("list_tree lists every file and directory once, as list_directory does, and then says that it is complete", async () => {
  const lines = await list();
  expect(namesOf(lines).toSorted()).toEqual([...tree, ...directories].toSorted());
  expect(lines.at(-1)).toEqual({ complete: true, entry_count: tree.length + directories.length });
  const { contents } = (await gateway.run("list_directory", { path: `${root}/a` })).body;
  const children = lines.filter(({ path }) => /^a\/[^/]+$/.test(path?.slice(root.length + 1) ?? ""));
  expect(children).toHaveLength(3);
  expect(children).toEqual(expect.arrayContaining(contents as Line[]));
});

test("in list_tree a directory comes before what is in it", async () => {
  const names = namesOf(await list());
  for (const name of names.filter((each) => each.includes("/"))) {
    expect(names.indexOf(name.replace(/\/[^/]+$/, ""))).toBeLessThan(names.indexOf(name));
  }
});

test("list_tree goes on through empty pages and to the last page of a directory", async () => {
  const first = { name: "0", path: `${root}/a/0`, is_directory: false, file_size: "7", last_modified: 1 };
  const more = { contents: [first], next_page_token: "more" };
  workspace.addFault({ path: listing("/a"), times: 1, status: 200, body: more });
  workspace.addFault({ path: listing("/a"), times: 1, status: 200, body: { next_page_token: "again" } });
  workspace.addFault({ path: listing("/a"), times: 1, status: 200, body: { contents: [] } });
  workspace.addFault({ path: `${listing("/e")}*`, emptyPages: 2 });
  const lines = await list();
  const inA = new Set(["a/1", "a/2 #?%", "a/b", "a/b/c", "a/b/c/d", "a/b/c/d/1"]);
  const expected = [...tree, ...directories, "a/0"].filter((name) => !inA.has(name));
  expect(namesOf(lines).toSorted()).toEqual(expected.toSorted());
  expect(lines).toContainEqual({ ...first, file_size: 7 });
  const ofA = workspace.requests().filter(({ path }) => path === listing("/a"));
  expect(ofA.map(({ query }) => query["page_token"])).toEqual([undefined, "more", "again"]);
});

test("list_tree ends with the error envelope when it fails in the middle", async () => {
  workspace.addFault({ path: listing("/a/b/c"), status: 403, body: { error_code: "PERMISSION_DENIED" } });
  const lines = await list();
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.at(-1)).toMatchObject({ status: 403, error_code: "PERMISSION_DENIED", retryable: false });
  expect(lines.some(({ complete }) => complete)).toBe(false);
  await until(() => gateway.audit.length > 0, "the audit line");
  expect(gateway.audit).toMatchObject([
    { operation: "list_tree", target: { path: root }, outcome: "PERMISSION_DENIED", status: 403 },
  ]);
});

test.each(["..;x", "a\nb", "%2e%2e", "\ud800"])(
  "list_tree lists a directory with the name %j, which no request can carry, without what is in it",
  async (name) => {
    const path = `${root}/f/${name}`;
    const contents = [
      { name, path, is_directory: true },
      { name: "2", path: `${root}/f/2`, is_directory: false, file_size: 1, last_modified: 1 },
    ];
    const headers = { "content-type": "application/json" };
    // As text: half a surrogate pair can be escaped in JSON, and is lost in UTF-8.
    workspace.addFault({ path: listing("/f"), status: 200, headers, body: JSON.stringify({ contents }) });
    const lines = await list();
    expect(lines).toContainEqual({ name, path, is_directory: true, unreadable: true });
    expect(namesOf(lines)).toEqual(expect.arrayContaining(["f/2", "g/1", "a/b/c/d/1"]));
    expect(lines.at(-1)).toEqual({ complete: true, entry_count: tree.length + directories.length + 1 });
  },
);

test("list_tree does not take an entry without a name for none", async () => {
  const odd = { contents: [{ path: `${root}/a/x`, is_directory: false }] };
  workspace.addFault({ path: listing("/a"), status: 200, body: odd });
  expect((await list()).at(-1)).toMatchObject({ error_code: "UPSTREAM_INVALID_RESPONSE" });
});

test("list_tree leaves out a directory that is deleted before its turn comes", async () => {
  const gone = { error_code: "NOT_FOUND", message: "The directory being accessed is not found." };
  workspace.addFault({ path: listing("/a/b"), status: 404, body: gone });
  const lines = await list();
  const left = [...tree, ...directories].filter((name) => !name.startsWith("a/b"));
  expect(namesOf(lines).toSorted()).toEqual(left.toSorted());
  expect(lines.at(-1)).toEqual({ complete: true, entry_count: left.length });
});

test("list_tree waits in the middle while Databricks is too busy", async () => {
  const busy = { times: 1, headers: { "retry-after": "1" } };
  workspace.addFault({ path: listing("/a"), ...busy, status: 429 });
  workspace.addFault({ path: listing("/e"), ...busy, status: 503 });
  expect((await list()).at(-1)).toMatchObject({ complete: true });
});

async function mostAtOnce(from: GatewayUnderTest): Promise<number> {
  workspace.addFault({ path: `${listing("/")}*`, delayMs: 30 });
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, workspace.openRequests());
  }, 2);
  await list(from);
  clearInterval(watch);
  return most;
}

test("list_tree keeps at most five calls open, and one while memory is short", async () => {
  const most = await mostAtOnce(gateway);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(5);
  const settings = { DATABRICKS_TOKEN: tokenOf.alice, STREAM_BYTES_MAX: String(4 * 1024 * 1024) };
  const short = await startGateway(workspace.url, settings);
  expect(await mostAtOnce(short)).toBe(1);
  await short.close();
});

test("list_tree has one line in the audit log", async () => {
  await list();
  await until(() => gateway.audit.length > 0, "the audit line");
  expect(gateway.audit).toMatchObject([
    { operation: "list_tree", target: { path: root }, outcome: "ok", status: 200 },
  ]);
});
