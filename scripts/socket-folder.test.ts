import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { makeSocketFolder } from "./socket-folder.ts";

function socketFolder(...owners: Parameters<typeof makeSocketFolder>) {
  const socket = makeSocketFolder(...owners);
  const folder = dirname(socket);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { mode, uid, gid } = statSync(folder);
  return { socket, uid, gid, mode: mode & 0o7777 };
}

describe("makeSocketFolder", () => {
  it("makes a new folder each time, which only this user can enter", () => {
    const [one, two] = [socketFolder(), socketFolder()];
    expect(one).toMatchObject({ mode: 0o700, uid: process.getuid?.() });
    expect(one.socket).not.toBe(two.socket);
  });

  it("keeps the path short enough for a socket, however long the path of the temporary folder is", () => {
    const deep = join(mkdtempSync(join(tmpdir(), "deep-")), "x".repeat(100));
    mkdirSync(deep);
    onTestFinished(() => rmSync(dirname(deep), { recursive: true }));
    vi.stubEnv("TMPDIR", deep);
    expect(Buffer.byteLength(socketFolder().socket)).toBeLessThanOrEqual(103);
  });

  it("does not use a temporary folder in which another user could rename it", () => {
    const open = mkdtempSync("/tmp/open-");
    const inner = join(open, "inner");
    mkdirSync(inner);
    chmodSync(open, 0o777);
    onTestFinished(() => rmSync(open, { recursive: true }));
    vi.stubEnv("TMPDIR", inner);
    expect(dirname(dirname(socketFolder().socket))).toBe("/tmp");
    chmodSync(open, 0o1777);
    expect(dirname(dirname(socketFolder().socket))).toBe(inner);
  });

  // Only root can make a folder for another user.
  it.runIf(process.getuid?.() === 0)(
    "makes the folder for another user, and lets a group in but not look around",
    () => {
      expect(socketFolder({ uid: 10_002, gid: 10_001 })).toMatchObject({
        mode: 0o2710,
        uid: 10_002,
        gid: 10_001,
      });
      expect([process.geteuid?.(), process.getegid?.()]).toEqual([0, 0]);
    },
  );
});
