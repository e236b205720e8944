import { expect, test } from "vitest";
import { BOB, startForTest, type UnderTest } from "../../test/under-test.ts";

const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");

async function startObjects(dir?: string) {
  const { workspace, call, dir: folder } = await startForTest(dir === undefined ? {} : { dir });
  return { workspace, dir: folder, ...callsOf(call) };
}

function callsOf(call: UnderTest["call"]) {
  const ask = async (method: string, path: string, body?: object, token?: string) => {
    const answer = await call(method, `/api/2.0/workspace/${path}`, { body, ...(token ? { token } : {}) });
    return [answer.status, answer.json?.error_code ?? answer.json] as const;
  };
  return {
    read: (what: string, path: string, more = "", token?: string) =>
      ask("GET", `${what}?path=${encodeURIComponent(path)}${more}`, undefined, token),
    change: (what: string, body: object, token?: string) => ask("POST", what, body, token),
  };
}

test("a notebook is exported as its source with the first line that says so, and is there after a restart", async () => {
  const first = await startObjects();
  const notebook = { path: "/Workspace/Shared/n", content: base64("SELECT 1"), language: "SQL" };
  expect(await first.change("import", notebook)).toEqual([200, {}]);
  expect(await first.change("import", notebook)).toEqual([400, "RESOURCE_ALREADY_EXISTS"]);
  await first.workspace.close();
  const second = await startObjects(first.dir);
  expect(await second.read("export", "/Shared/n")).toEqual([
    200,
    { content: base64("-- Databricks notebook source\nSELECT 1"), file_type: "sql" },
  ]);
  expect(await second.change("import", { ...notebook, content: base64("x"), overwrite: true })).toEqual([
    200,
    {},
  ]);
  expect((await second.read("get-status", "/Shared/n"))[1]).toMatchObject({
    path: "/Shared/n",
    object_type: "NOTEBOOK",
    language: "SQL",
  });
});

test("RAW makes a file of any bytes, and AUTO makes a notebook of what says that it is one", async () => {
  const { read, change } = await startObjects();
  const bytes = base64(Buffer.from([0, 255, 10]));
  await change("import", { path: "/Shared/a.bin", content: bytes, format: "RAW" });
  expect(await read("export", "/Shared/a.bin", "&format=AUTO")).toEqual([
    200,
    { content: bytes, file_type: "bin" },
  ]);
  const source = base64("# Databricks notebook source\n1");
  await change("import", { path: "/Shared/b.py", content: source, format: "AUTO" });
  await change("import", { path: "/Shared/c.py", content: base64("1"), format: "AUTO" });
  const [, { objects }] = await read("list", "/Shared");
  expect(objects.map(({ path, object_type: type }: Record<string, string>) => [path, type])).toEqual([
    ["/Shared/Trips by day", "NOTEBOOK"],
    ["/Shared/a.bin", "FILE"],
    ["/Shared/b", "NOTEBOOK"],
    ["/Shared/c.py", "FILE"],
  ]);
});

test.each([
  ["SOURCE without a language", { content: base64("1") }, [400, "INVALID_PARAMETER_VALUE"]],
  ["a format that is not emulated", { content: "", format: "JUPYTER" }, [501, "NOT_IMPLEMENTED"]],
  ["a format that does not exist", { content: "", format: "PDF" }, [400, "INVALID_PARAMETER_VALUE"]],
  [
    "more than 10 MB",
    { content: base64(Buffer.alloc(10 * 1024 * 1024 + 1)), format: "RAW" },
    [400, "MAX_NOTEBOOK_SIZE_EXCEEDED"],
  ],
])("an import is refused for %s", async (_what, given, refusal) => {
  const { change } = await startObjects();
  expect(await change("import", { path: "/Shared/x", ...given })).toEqual(refusal);
});

test("a folder is deleted with all that is in it only where the call says so, and a fixed one never", async () => {
  const { read, change } = await startObjects();
  await change("mkdirs", { path: "/Shared/a/b/c" });
  expect(await change("delete", { path: "/Shared/a" })).toEqual([400, "DIRECTORY_NOT_EMPTY"]);
  expect(await change("delete", { path: "/Shared/a", recursive: true })).toEqual([200, {}]);
  expect(await read("get-status", "/Shared/a/b")).toEqual([404, "RESOURCE_DOES_NOT_EXIST"]);
  for (const path of ["/", "/Shared", "/Users/alice@example.com"])
    expect(await change("delete", { path, recursive: true })).toEqual([403, "PERMISSION_DENIED"]);
});

test("a user sees and changes the own home folder and /Shared, and no other home folder", async () => {
  const { read, change } = await startObjects();
  const [, { objects }] = await read("list", "/Users", "", BOB);
  expect(objects.map(({ path }: { path: string }) => path)).toEqual(["/Users/bob@example.com"]);
  expect(await change("mkdirs", { path: "/Users/bob@example.com/x" }, BOB)).toEqual([200, {}]);
  expect(await change("mkdirs", { path: "/Shared/x" }, BOB)).toEqual([200, {}]);
  const refused = [403, "PERMISSION_DENIED"];
  for (const path of ["/new", "/Users/new", "/Users/carol@example.com/x"])
    expect(await change("mkdirs", { path }, BOB)).toEqual(refused);
  expect(await read("export", "/Users/carol@example.com/Notes", "", BOB)).toEqual(refused);
});

test.each(["Shared", "/Shared/../Users", "/Shared//x", "/Shared/./x", "/Shared/a\u0000"])(
  "%j is no path of the workspace",
  async (path) => {
    const { read, change } = await startObjects();
    expect(await read("get-status", path)).toEqual([400, "INVALID_PARAMETER_VALUE"]);
    expect(await change("mkdirs", { path })).toEqual([400, "INVALID_PARAMETER_VALUE"]);
  },
);

test("a path of more than 4,096 characters is refused, however many folders it names", async () => {
  const { read, change } = await startObjects();
  const longest = `/Shared/${"a/".repeat(2043)}bb`;
  expect(longest).toHaveLength(4096);
  expect(await change("mkdirs", { path: longest })).toEqual([200, {}]);
  expect(await read("get-status", longest)).toMatchObject([200, { object_type: "DIRECTORY" }]);
  expect(await change("mkdirs", { path: `${longest}b` })).toEqual([400, "INVALID_PARAMETER_VALUE"]);
});
