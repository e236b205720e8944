import { at, type Stack, startStack, tokens, volume } from "@front-door/api/test/start-stack";
import { createClient } from "@front-door/api-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type UploadItem, UploadQueue } from "./upload-queue.ts";

let stack: Stack;
let queue: UploadQueue;
let token: string;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.workspace.clearFaults();
  token = tokens.alice;
  const headers = () => ({ authorization: `Bearer ${token}` });
  queue = new UploadQueue(createClient({ baseUrl: stack.url, headers, retries: 0 }), () => undefined);
});

const add = (folder: string, names: readonly string[], text = "new") =>
  queue.add(
    `${volume}/${folder}`,
    names.map((name) => ({ file: new File([text], name), relativePath: name })),
  );
const put = (path: string) => stack.call("PUT", at("/api/files", `${volume}/${path}`), { body: "old" });
const stored = async (path: string) => (await stack.call("GET", at("/api/files", `${volume}/${path}`))).text;
const phases = () => queue.view().map(({ phase }) => phase);
const idsOf = (phase: UploadItem["phase"]) =>
  queue
    .view()
    .filter((item) => item.phase === phase)
    .map(({ id }) => id);

describe("an answer for all files", () => {
  it.each(["replace", "skip"] as const)("%s: holds for the files of that drop alone", async (answer) => {
    const [one, other] = [`${answer}-one`, `${answer}-other`];
    for (const path of [`${one}/a`, `${one}/b`, `${other}/a`]) await put(path);
    add(one, ["a", "b"]);
    await expect.poll(phases).toEqual(["exists", "exists"]);
    // The queue never comes to rest between the two drops.
    stack.workspace.addFault({ method: "PUT", path: `/api/2.0/fs/files${volume}/held`, noReply: "silent" });
    queue.add(volume, [{ file: new File(["x"], "held"), relativePath: "held" }]);
    queue.answerAll(answer);
    const ended = answer === "skip" ? "skipped" : "done";
    await expect.poll(phases).toEqual([ended, ended, "running"]);
    add(other, ["a"]);
    await expect.poll(phases).toEqual([ended, ended, "running", "exists"]);
    expect(await stored(`${other}/a`)).toBe("old");
    queue.cancelAll();
  });

  it("holds for a file of the drop that comes upon a taken name later", async () => {
    for (const name of ["a", "b"]) await put(`later/${name}`);
    add("later", ["a", "b"]);
    // The second file of a new queue.
    const late = 2;
    queue.pause(late);
    await expect.poll(phases).toEqual(["exists", "paused"]);
    queue.answerAll("replace");
    queue.resume(late);
    await expect.poll(phases).toEqual(["done", "done"]);
    expect(await stored("later/b")).toBe("new");
  });

  it("does not hold for a file that is tried again", async () => {
    await put("again/a");
    add("again", ["a"]);
    await expect.poll(phases).toEqual(["exists"]);
    queue.answerAll("skip");
    await expect.poll(phases).toEqual(["skipped"]);
    queue.retry(idsOf("skipped")[0] ?? 0);
    await expect.poll(phases).toEqual(["exists"]);
    queue.cancelAll();
  });
});

describe("a queue", () => {
  it("never runs more than three files, however they are paused and resumed", async () => {
    stack.workspace.addFault({ method: "PUT", path: "/api/2.0/fs/files/*", noReply: "silent" });
    let most = 0;
    queue.subscribe(() => {
      most = Math.max(most, idsOf("running").length);
    });
    add("paused", ["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
    for (let round = 0; round < 2; round++) {
      await expect.poll(() => idsOf("running").length).toBe(3);
      for (const id of idsOf("running")) queue.pause(id);
      await expect.poll(() => idsOf("paused").length).toBe(3 * (round + 1));
    }
    queue.resumeAll();
    await expect.poll(() => idsOf("paused")).toEqual([]);
    expect([idsOf("running").length, idsOf("waiting").length, most]).toEqual([3, 6, 3]);
    queue.cancelAll();
    await expect.poll(() => idsOf("cancelled").length).toBe(9);
  });

  it("begins again with all that failed, and with nothing else", async () => {
    const body = { error_code: "PERMISSION_DENIED", message: "No permission to write here." };
    stack.workspace.addFault({ method: "PUT", path: "/api/2.0/fs/files/*", status: 403, body, times: 2 });
    add("failing", ["a", "b", "c"]);
    await expect.poll(() => phases().toSorted()).toEqual(["done", "failed", "failed"]);
    const [done] = idsOf("done");
    queue.retryAll();
    await expect.poll(phases).toEqual(["done", "done", "done"]);
    expect(idsOf("done")).toContain(done);
    expect(queue.view().map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
  });

  it("goes on with a paused file when there is room for it", async () => {
    add("room", ["a", "b", "c", "d"]);
    queue.pauseAll();
    await expect.poll(phases).toEqual(["paused", "paused", "paused", "paused"]);
    queue.resumeAll();
    await expect.poll(phases).toEqual(["done", "done", "done", "done"]);
  });

  it("waits with all files when one is refused for want of a sign-in, and then goes on with all but those that the person has paused", async () => {
    token = "not-a-token";
    add("refused", ["a", "b", "c", "d", "e"]);
    const byPerson = 5;
    queue.pause(byPerson);
    await expect.poll(phases).toEqual(["paused", "paused", "paused", "paused", "paused"]);
    expect(queue.view().map(({ error }) => error !== undefined)).toEqual([true, true, true, true, false]);
    token = tokens.alice;
    queue.resumeRefused();
    await expect.poll(phases).toEqual(["done", "done", "done", "done", "paused"]);
    expect(await stored("refused/d")).toBe("new");
    queue.cancelAll();
  });
});
