import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@front-door/service-runtime";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openAuditSink } from "./audit-sink.ts";
import { RotatingFile } from "./rotating-file.ts";

let folder: string;
let file: string;
const lost: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
  file = join(folder, "audit.log");
  lost.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(fileBytesMax: number, filesMax: number): RotatingFile {
  const descriptor = openSync(file, "a+", 0o600);
  return new RotatingFile({
    file,
    descriptor,
    fileBytesMax,
    filesMax,
    onLost: (lines) => void lost.push(lines),
  });
}

const contents = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

test("lines are appended in their order, and to what was there before", async () => {
  const first = open(1_000, 3);
  for (let index = 0; index < 5; index++) first.write(`line ${index}`);
  await first.close();
  const second = open(1_000, 3);
  second.write("line 5");
  await second.close();
  expect(contents()).toEqual({ "audit.log": "line 0\nline 1\nline 2\nline 3\nline 4\nline 5\n" });
});

test("half a line, as a full disk or a crash leaves it, does not spoil the next one", async () => {
  writeFileSync(file, '{"log":"audit","tim');
  const log = open(1_000, 3);
  log.write("whole");
  log.write("and another");
  await log.close();
  expect(contents()).toEqual({ "audit.log": '{"log":"audit","tim\nwhole\nand another\n' });
});

test("a file that is full is put aside, and the oldest goes; no line is split, lost or out of order", async () => {
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

test("one file alone begins anew, and a line that is larger than a file has one for itself", async () => {
  const log = open(10, 1);
  for (const line of ["short", "a line that is larger than the file", "end"]) log.write(line);
  await log.close();
  expect(contents()).toEqual({ "audit.log": "end\n" });
});

test("many lines at once wait for no disk, and all arrive", async () => {
  const log = open(10_000_000, 2);
  for (let index = 0; index < 20_000; index++) log.write("x".repeat(200));
  expect(statSync(file, { throwIfNoEntry: false })?.size ?? 0).toBeLessThan(20_000 * 201);
  await log.close();
  expect(statSync(file).size).toBe(20_000 * 201);
});

describe("a line that cannot be written", () => {
  test("is counted, and the next one is tried again", async () => {
    const log = open(20, 2);
    log.write("0123456789");
    await new Promise((resolve) => setTimeout(resolve, 50));
    // In the way of the file that is put aside.
    mkdirSync(join(folder, "audit.log.1", "x"), { recursive: true });
    log.write("abcdefghijkl");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(lost).toEqual([1]);
    rmSync(join(folder, "audit.log.1"), { recursive: true });
    log.write("mnop");
    await log.close();
    expect(contents()["audit.log"]).toContain("mnop\n");
    expect(lost).toEqual([1]);
  });

  test("is an error in the process log", async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = pino(
      {},
      { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    const config = { log: "/dev/full", fileBytesMax: 1_000, filesMax: 1, sql: false, parameters: false };
    const sink = openAuditSink(config, logger);
    sink.write("a line");
    await sink.close();
    expect(lines).toMatchObject([
      { level: 50, lines: 1, code: "ENOSPC", msg: "audit lines could not be written" },
    ]);
  });
});

test("a file that can never be written is a bad setting", () => {
  const config = {
    log: join(folder, "no", "such"),
    fileBytesMax: 1,
    filesMax: 1,
    sql: false,
    parameters: false,
  };
  expect(() => openAuditSink(config, pino({ level: "silent" }))).toThrow(ConfigError);
  expect(() => openAuditSink(config, pino({ level: "silent" }))).toThrow(
    /^AUDIT_LOG cannot be written \(ENOENT\)/,
  );
});
