import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, FrontDoorError } from "@front-door/api-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { downloadTransfer } from "./transfer.ts";

let folder: string;
let version = "1";
let breaks = true;
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-length": 8, etag: `"${version}"` });
  response.write("half", () => (breaks ? response.destroy() : response.end("done")));
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "front-door-parts-"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  server.close();
});

it("a download removes the parts of outdated versions of its file, and of no other file", async () => {
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { signal } = new AbortController();
  const download = async (name: string) =>
    downloadTransfer({
      client: createClient({ baseUrl, retries: 0 }),
      from: `/Volumes/main/default/files/${name}`,
      to: join(folder, name),
      signal,
    }).copy({ segments: [], overwrite: false, onBytes: () => undefined });
  for (const name of ["a.bin", "b.bin"]) await expect(download(name)).rejects.toThrow(FrontDoorError);
  expect(await readdir(folder)).toHaveLength(2);
  version = "2";
  await expect(download("a.bin")).rejects.toThrow(FrontDoorError);
  expect(await readdir(folder)).toHaveLength(2);
  version = "3";
  breaks = false;
  await download("a.bin");
  expect(await readFile(join(folder, "a.bin"), "utf8")).toBe("halfdone");
  const names = await readdir(folder);
  expect(names).toHaveLength(2);
  await download("b.bin");
  expect(await readdir(folder)).toEqual(["a.bin", "b.bin"]);
});
