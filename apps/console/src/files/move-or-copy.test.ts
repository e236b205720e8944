import { at, type Stack, startStack, tokens, volume } from "@front-door/api/test/start-stack";
import { createClient, type FrontDoor } from "@front-door/api-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FileJobRun } from "./file-job-run.ts";
import { forEachFew } from "./for-each.ts";
import { isFolder } from "./is-folder.ts";
import { moveOrCopy } from "./move-or-copy.ts";

let stack: Stack;
let frontDoor: FrontDoor;

beforeAll(async () => {
  stack = await startStack();
  const headers = { authorization: `Bearer ${tokens.alice}` };
  frontDoor = createClient({ baseUrl: stack.url, headers, retries: 0 });
});
afterAll(() => stack.close());
beforeEach(() => stack.workspace.clearFaults());

const put = (path: string, body: string) =>
  stack.call("PUT", at("/api/files", `${volume}/${path}`), { body });
const names = async (path: string) => {
  const { json } = await stack.call("GET", at("/api/directories", `${volume}/${path}`));
  return (json.contents as { name: string }[]).map(({ name }) => name).toSorted();
};

it("a folder is missing where a listing does not find it, and not where it may not be listed", async () => {
  await put("folders/in/a", "a");
  expect(await isFolder(frontDoor, `${volume}/folders/in`)).toBe(true);
  expect(await isFolder(frontDoor, `${volume}/folders/out`)).toBe(false);
  stack.workspace.addFault({ path: "/api/2.0/fs/directories/*", status: 403 });
  expect(await isFolder(frontDoor, `${volume}/folders/in`)).toBe(true);
});

describe.each(["move", "copy"] as const)("%s", (kind) => {
  const from = `${kind}/from`;
  const to = `${kind}/to`;
  const destinationOf = ({ name }: { readonly name: string }) => `${volume}/${to}/${name}`;

  it("does again only what failed the time before, and takes none of its own files for somebody else's", async () => {
    for (const path of ["a", "b", "in/c", "in/d"]) await put(`${from}/${path}`, path);
    const entries = ["a", "b", "in"].map((name) => {
      return { name, path: `${volume}/${from}/${name}`, is_directory: name === "in" };
    });
    const done = new Set<string>();
    const attempt = async () => {
      const run = new FileJobRun(done, () => undefined);
      await moveOrCopy(frontDoor, { kind, entries, destinationOf, replacing: new Set() }, run);
      return run.failures.map(({ path }) => path.slice(volume.length + 1)).toSorted();
    };
    for (const path of ["b", "in/d"]) {
      const target = `/api/2.0/fs/files${volume}/${to}/${path}`;
      stack.workspace.addFault({ method: "PUT", path: target, status: 403 });
    }
    expect(await attempt()).toEqual([`${from}/b`, `${from}/in/d`]);
    stack.workspace.clearFaults();
    expect(await attempt()).toEqual([]);
    expect([await names(to), await names(`${to}/in`)]).toEqual([
      ["a", "b", "in"],
      ["c", "d"],
    ]);
    expect(await names(from)).toEqual(kind === "move" ? [] : ["a", "b", "in"]);
  });
});

describe("a job", () => {
  const items = ["a", "b", "c", "d", "e", "f", "g", "h"].map((path) => ({ path }));

  it("that is stopped begins nothing more, and goes on with the rest when it is run again", async () => {
    const done = new Set<string>();
    const first = new FileJobRun(done, () => undefined);
    await forEachFew(items, first, async ({ path }) => {
      if (path === "d") first.stop();
    });
    expect([[...done], first.failures]).toEqual([["a", "b", "c", "d"], []]);
    const second: string[] = [];
    await forEachFew(items, new FileJobRun(done, () => undefined), async ({ path }) => second.push(path));
    expect(second).toEqual(["e", "f", "g", "h"]);
  });

  async function* listing() {
    yield* items.slice(0, 2);
    throw new Error("the listing ended");
  }

  it("has the failures of files besides that of their listing", async () => {
    const run = new FileJobRun(new Set(), () => undefined);
    await forEachFew(listing(), run, async ({ path }) => {
      if (path === "a") throw new Error("a was refused");
    });
    expect(run.failures.map(({ error }) => error.message).toSorted()).toEqual([
      "a was refused",
      "the listing ended",
    ]);
  });
});
