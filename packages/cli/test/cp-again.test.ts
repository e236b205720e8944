import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInProcess } from "./run-in-process.ts";

const volume = "/Volumes/main/default/files";

let folder: string;
/** When each file of the volume was stored, in milliseconds. All have three bytes. */
let stored: Record<string, number>;
let mayList = true;

// As the front door does: HEAD has the time in whole seconds, and a listing in milliseconds.
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  const path = searchParams.get("path") ?? "";
  const modified = stored[path.slice(volume.length + 1)];
  if (pathname === "/api/directories" && mayList) {
    const contents = Object.entries(stored).map(([name, at]) => {
      return { name, path: `${volume}/${name}`, is_directory: false, file_size: 3, last_modified: at };
    });
    response.end(JSON.stringify({ contents }));
  } else if (request.method === "HEAD" && modified !== undefined) {
    response
      .setHeader("last-modified", new Date(modified).toUTCString())
      .setHeader("content-length", 3)
      .end();
  } else response.writeHead(403, { "x-request-id": "id" }).end();
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "front-door-again-"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  server.close();
});

async function copy(from: string, to: string) {
  const env = { FRONT_DOOR_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const { stdout, stderr } = await runInProcess(["--json", "cp", from, to], env);
  return { counts: JSON.parse(stdout) as unknown, stderr };
}

describe("front-door cp of one file again", () => {
  it("leaves an upload alone that ended in the second in which the file was written", async () => {
    const file = join(folder, "one.txt");
    await writeFile(file, "one");
    const { mtimeMs, ctimeMs } = await stat(file);
    stored = { "one.txt": Math.ceil(Math.max(mtimeMs, ctimeMs)) };
    for (const to of [`${volume}/one.txt`, `${volume}/`])
      expect(await copy(file, to)).toMatchObject({ counts: { unchanged: 1, failed: 0 }, stderr: "" });
  });

  it("sees that a file of the workspace was stored after its copy, in the same second", async () => {
    stored = { "from.txt": 1_700_000_000_900, "to.txt": 1_700_000_000_200 };
    const { counts, stderr } = await copy(`${volume}/from.txt`, `${volume}/to.txt`);
    expect(counts).toMatchObject({ unchanged: 0, failed: 1 });
    expect(stderr).toContain("exists and is not the same file");
  });

  it("goes by whole seconds where the caller must not list the directory", async () => {
    mayList = false;
    const file = join(folder, "two.txt");
    await writeFile(file, "two");
    stored = { "two.txt": Date.now() + 60_000 };
    expect(await copy(file, `${volume}/two.txt`)).toMatchObject({ counts: { unchanged: 1 } });
  });
});
