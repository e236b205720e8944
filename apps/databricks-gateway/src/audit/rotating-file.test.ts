import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import fs, { open as openFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openAuditSink } from "./audit-sink.ts";
import { RotatingFile } from "./rotating-file.ts";

let folder: string;
let path: string;
const lost: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
  path = join(folder, "audit.log");
  lost.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (fileBytesMax: number, filesMax: number) =>
  new RotatingFile({
    path,
    fileBytesMax,
    filesMax,
    onLost: (lines) => void lost.push(lines),
    gapLine: (lines) => `lost ${lines}`,
  });
const contents = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const auditConfig = (log: string) => ({
  log,
  durability: "strict" as const,
  fileBytesMax: 1_000,
  filesMax: 1,
  sql: false,
  parameters: false,
});

test("lines are appended in order, after those of an earlier run", async () => {
  const first = open(1_000, 3);
  for (let index = 0; index < 5; index++) first.write(`line ${index}`);
  await first.close();
  const second = open(1_000, 3);
  second.write("line 5");
  await second.close();
  expect(contents()).toEqual({ "audit.log": "line 0\nline 1\nline 2\nline 3\nline 4\nline 5\n" });
});

test("only the owner can read the files", async () => {
  const log = open(10, 2);
  for (const line of ["0123456", "789abcd"]) log.write(line);
  await log.close();
  const modes = ["audit.log", "audit.log.1"].map((name) => statSync(join(folder, name)).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600]);
});

test("half a line that a crash left does not spoil the next one", async () => {
  writeFileSync(path, '{"log":"audit","tim');
  const log = open(1_000, 3);
  log.write("whole");
  log.write("and another");
  await log.close();
  expect(contents()).toEqual({ "audit.log": '{"log":"audit","tim\nwhole\nand another\n' });
});

test("a full file is put aside and the oldest deleted; no line is split, lost or out of order", async () => {
  const log = open(30, 3);
  for (let index = 0; index < 20; index++) log.write(`line number ${index}`);
  await log.close();
  const files = contents();
  expect(Object.keys(files).toSorted()).toEqual(["audit.log", "audit.log.1", "audit.log.2"]);
  const kept = [files["audit.log.2"], files["audit.log.1"], files["audit.log"]]
    .join("")
    .trimEnd()
    .split("\n");
  const first = 20 - kept.length;
  expect(kept).toEqual(kept.map((_line, index) => `line number ${first + index}`));
  for (const text of Object.values(files)) expect(text.length).toBeLessThanOrEqual(30);
  expect(lost).toEqual([]);
});

test("a single file starts over when it is full, and a line larger than a file fills one alone", async () => {
  const log = open(10, 1);
  for (const line of ["short", "a line that is larger than the file", "end"]) log.write(line);
  await log.close();
  expect(contents()).toEqual({ "audit.log": "end\n" });
});

test("20,000 lines at once do not wait for the disk, and all of them arrive", async () => {
  const log = open(10_000_000, 2);
  for (let index = 0; index < 20_000; index++) log.write("x".repeat(200));
  expect(statSync(path, { throwIfNoEntry: false })?.size ?? 0).toBeLessThan(20_000 * 201);
  await log.close();
  expect(statSync(path).size).toBe(20_000 * 201);
});

test.each([
  ["deleted", () => rmSync(path)],
  ["moved away", () => renameSync(path, join(folder, "moved"))],
])("a file that was %s is created again, and no line is lost", async (_how, act) => {
  const log = open(1_000, 2);
  await log.append("before");
  act();
  await log.append("after");
  await log.close();
  expect(contents()["audit.log"]).toBe("after\n");
  expect(lost).toEqual([]);
});

describe("a line that is waited for", () => {
  test("is in the file, after all lines before it", async () => {
    const log = open(1_000, 2);
    log.write("background");
    await log.append("awaited");
    expect(readFileSync(path, "utf8")).toBe("background\nawaited\n");
    await log.close();
  });

  test("is synced to the disk together with the lines that wait at the same time", async () => {
    const probe = await openFile(join(folder, "probe"), "w");
    const sync = vi.spyOn(Object.getPrototypeOf(probe) as typeof probe, "datasync");
    await probe.close();
    const log = open(1_000_000, 2);
    const awaited = Array.from({ length: 100 }, (_, index) => log.append(`line ${index}`));
    log.write("background");
    await Promise.all(awaited);
    // The first line starts alone; all others are there when it is done.
    expect(sync).toHaveBeenCalledTimes(2);
    log.write("background");
    await log.close();
    expect(sync).toHaveBeenCalledTimes(2);
  });

  test("fails with the reason if it cannot be written", async () => {
    const log = open(1_000, 2);
    rmSync(folder, { recursive: true });
    await expect(log.append("a line")).rejects.toMatchObject({ code: "ENOENT" });
    mkdirSync(folder);
    mkdirSync(path);
    await expect(log.append("another")).rejects.toMatchObject({ code: "EISDIR" });
    rmSync(path, { recursive: true });
    await log.append("third");
    await log.close();
    expect(contents()).toEqual({ "audit.log": "lost 2\nthird\n" });
    expect(lost).toEqual([1, 1]);
  });

  test("fails when the disk is full", async () => {
    const log = new RotatingFile({
      path: "/dev/full",
      fileBytesMax: 1_000,
      filesMax: 1,
      onLost: (lines) => void lost.push(lines),
      gapLine: String,
    });
    await expect(log.append("a line")).rejects.toMatchObject({ code: "ENOSPC" });
    await expect(log.check()).rejects.toMatchObject({ code: "ENOSPC" });
    await log.close();
    expect(lost).toEqual([1]);
  });

  test("fails and counts as lost when the sync fails", async () => {
    const probe = await openFile(join(folder, "probe"), "w");
    const sync = vi.spyOn(Object.getPrototypeOf(probe) as typeof probe, "datasync");
    await probe.close();
    sync.mockRejectedValueOnce(Object.assign(new Error("EIO"), { code: "EIO" }));
    const log = open(1_000, 2);
    await expect(log.append("unsure")).rejects.toMatchObject({ code: "EIO" });
    await log.append("sure");
    await log.close();
    expect(contents()["audit.log"]).toBe("unsure\nlost 1\nsure\n");
    expect(lost).toEqual([1]);
  });
});

describe("a check of the audit file", () => {
  test("writes nothing, and fails while the file cannot be written", async () => {
    const log = open(1_000, 2);
    await log.check();
    expect(contents()).toEqual({ "audit.log": "" });
    rmSync(folder, { recursive: true });
    await expect(log.check()).rejects.toMatchObject({ code: "ENOENT" });
    mkdirSync(folder);
    await log.check();
    await log.close();
    expect(contents()).toEqual({ "audit.log": "" });
    expect(lost).toEqual([]);
  });

  test("fails while the disk has no room for more lines, though the file can be opened", async () => {
    const real = await fs.statfs(folder);
    const disk = (free: number, blocks = 1e6) =>
      Object.assign(Object.create(real) as typeof real, { blocks, bfree: free, bavail: free });
    const statfs = vi.spyOn(fs, "statfs").mockResolvedValue(disk(0));
    syncBuiltinESMExports();
    const log = open(1_000, 2);
    await expect(log.check()).rejects.toMatchObject({ code: "ENOSPC" });
    // Some file systems do not say how large they are.
    statfs.mockResolvedValueOnce(disk(0, 0));
    await log.check();
    statfs.mockRestore();
    syncBuiltinESMExports();
    await log.check();
    await log.close();
    expect(contents()).toEqual({ "audit.log": "" });
    expect(lost).toEqual([]);
  });

  test("tries to write the number of lost lines", async () => {
    const log = open(1_000, 2);
    rmSync(folder, { recursive: true });
    log.write("lost");
    await expect(log.check()).rejects.toMatchObject({ code: "ENOENT" });
    mkdirSync(folder);
    await log.check();
    expect(contents()).toEqual({ "audit.log": "lost 1\n" });
    await log.close();
  });
});

describe("a line that cannot be written", () => {
  test("is counted, and the next line is written after one that says how many are missing", async () => {
    const log = open(20, 2);
    log.write("0123456789");
    await expect.poll(() => contents()["audit.log"]).toBe("0123456789\n");
    // In the way of the file that is to be put aside.
    mkdirSync(join(folder, "audit.log.1", "x"), { recursive: true });
    log.write("abcdefghijkl");
    await expect.poll(() => lost).toEqual([1]);
    rmSync(join(folder, "audit.log.1"), { recursive: true });
    log.write("mnop");
    await log.close();
    expect(contents()).toEqual({ "audit.log.1": "0123456789\n", "audit.log": "lost 1\nmnop\n" });
    expect(lost).toEqual([1]);
  });

  test("is counted while its folder is missing, and the file comes back with the folder", async () => {
    const log = open(15, 2);
    log.write("0123456789");
    await expect.poll(() => contents()["audit.log"]).toBe("0123456789\n");
    rmSync(folder, { recursive: true });
    log.write("lost with the folder");
    await expect.poll(() => lost).toEqual([1]);
    expect(existsSync(folder)).toBe(false);
    mkdirSync(folder);
    log.write("back");
    await log.close();
    expect(contents()).toEqual({ "audit.log": "lost 1\nback\n" });
    expect(lost).toEqual([1]);
  });

  test("is counted when the disk fills up in the middle of a line, and leaves no half of it", async () => {
    const program = `
      import { RotatingFile } from ${JSON.stringify(join(import.meta.dirname, "rotating-file.ts"))};
      let lost = 0;
      const options = { path: ${JSON.stringify(path)}, fileBytesMax: 1e6, filesMax: 2, gapLine: String };
      const log = new RotatingFile({ ...options, onLost: (lines) => { lost += lines; } });
      for (let index = 0; index < 20; index++) log.write("x".repeat(99));
      await log.close();
      console.log(lost);`;
    // The kernel cuts off a write that reaches 1,024 bytes, as it does where the disk ends.
    const limited = ["-c", 'ulimit -f 1 && exec "$0" --input-type=module --eval "$1"'];
    const { stdout, stderr } = spawnSync("bash", [...limited, process.execPath, program], {
      encoding: "utf8",
    });
    expect([stdout.trim(), stderr]).toEqual(["10", ""]);
    const log = open(1_000_000, 2);
    log.write("next");
    await log.close();
    expect(readFileSync(path, "utf8")).toBe(`${`${"x".repeat(99)}\n`.repeat(10)}next\n`);
  });

  test("is an error in the process log", async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = pino(
      {},
      { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    const sink = openAuditSink(auditConfig("/dev/full"), logger);
    sink.write("a line");
    await sink.close();
    expect(lines).toMatchObject([
      { level: 50, lines: 1, code: "ENOSPC", msg: "audit lines could not be written" },
    ]);
  });
});
