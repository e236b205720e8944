import { request } from "undici";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { rawRequest, refusalOf } from "./raw-request.ts";
import { at, type Stack, startStack, volume } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  for (const name of ["1", "a/2", "a/b/3"]) {
    await stack.call("PUT", at("/api/files", `${root}/${name}`), { body: name });
  }
});
afterAll(() => stack.close());
afterEach(() => stack.workspace.clearFaults());

const root = `${volume}/tree`;
const tree = at("/api/directories/tree", root);

describe("GET /api/directories/tree", () => {
  it("sends a line for each file and directory, and a last one that says it is whole", async () => {
    const answer = await stack.call("GET", tree);
    expect([answer.status, answer.headers["content-type"]]).toEqual([
      200,
      "application/x-ndjson; charset=utf-8",
    ]);
    const lines = answer.text.trimEnd().split("\n");
    const paths = lines.slice(0, -1).map((line) => (JSON.parse(line) as { path: string }).path);
    const expected = ["1", "a", "a/2", "a/b", "a/b/3"].map((name) => `${root}/${name}`);
    expect(paths.toSorted()).toEqual(expected);
    expect(lines.at(-1)).toBe('{"complete":true,"entry_count":5}');
  });

  it("sends the first lines before the rest is listed, and breaks off if the gateway is gone", async () => {
    stack.workspace.addFault({ path: `/api/2.0/fs/directories${root}/a`, noReply: "silent" });
    const { body } = await request(stack.url + tree);
    const pieces = body[Symbol.asyncIterator]();
    const { value } = (await pieces.next()) as { value: Buffer };
    expect(JSON.parse(value.toString())).toMatchObject({ path: `${root}/1` });
    await stack.stopGateway();
    await expect(pieces.next()).rejects.toThrow(/terminated|closed|aborted/);
    await stack.startGateway();
  });

  it("is an error reply if the directory does not exist, and if the request is not HTTP/1.1", async () => {
    const missing = await stack.call("GET", at("/api/directories/tree", `${volume}/nowhere`));
    expect([missing.status, missing.json.error_code]).toEqual([404, "NOT_FOUND"]);
    stack.workspace.clearRequests();
    const old = await rawRequest(stack.port, `GET ${tree} HTTP/1.0\r\nHost: localhost\r\n\r\n`);
    expect(refusalOf(old)).toBe("505 HTTP_VERSION_NOT_SUPPORTED");
    expect(stack.workspace.requests()).toEqual([]);
  });
});

describe("POST /api/files/copy and /api/files/move", () => {
  it("return 201 for a new file, 409 for an existing one, and 200 with overwrite", async () => {
    for (const verb of ["copy", "move"]) {
      const destination_path = `${volume}/${verb}/file`;
      const send = async (more = {}) => {
        const source_path = `${volume}/${verb}.txt`;
        await stack.call("PUT", at("/api/files", source_path), { body: "12345" });
        const json = { source_path, destination_path, ...more };
        return stack.call("POST", `/api/files/${verb}`, { json });
      };
      const made = await send();
      expect([made.status, made.json]).toEqual([
        201,
        { path: destination_path, file_size: 5, created: true },
      ]);
      expect((await send()).json).toMatchObject({ status: 409, error_code: "ALREADY_EXISTS" });
      const replaced = await send({ overwrite: true });
      expect([replaced.status, replaced.json.created]).toEqual([200, false]);
      expect((await stack.call("GET", at("/api/files", destination_path))).text).toBe("12345");
    }
  });

  it.each([
    [{ source_path: `${volume}/a` }, "destination_path"],
    [{ source_path: `${volume}/a`, destination_path: `${volume}/a` }, "destination_path"],
    [{ source_path: `${volume}/../x`, destination_path: `${volume}/a` }, "source_path"],
    [{ source_path: `${volume}/a`, destination_path: `${volume}/%2e%2e/x` }, "destination_path"],
    [{ source_path: `${volume}/a`, destination_path: volume }, "destination_path"],
    [{ source_path: `${volume}/a`, destination_path: `${volume}/b`, recursive: true }, "recursive"],
  ])("return 400 for %j and reach nothing", async (json, field) => {
    stack.workspace.clearRequests();
    for (const verb of ["copy", "move"]) {
      const answer = await stack.call("POST", `/api/files/${verb}`, { json });
      expect([answer.status, answer.json.details[0].field]).toEqual([400, field]);
    }
    expect(stack.workspace.requests()).toEqual([]);
  });
});
