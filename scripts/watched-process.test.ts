import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isGroupAlive, killGroup } from "./process-group.ts";

function start(source: string): { child: ChildProcess; file: string } {
  const folder = mkdtempSync(join(tmpdir(), "watched-process-"));
  const file = join(folder, "server.mjs");
  writeFileSync(file, source);
  const child = spawn(process.execPath, [join(import.meta.dirname, "watched-process.ts"), file], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    detached: true,
  });
  onTestFinished(() => {
    killGroup(leaderOf(child));
    rmSync(folder, { recursive: true });
  });
  return { child, file };
}

const leaderOf = ({ pid }: ChildProcess) => Number(pid);

const saying = (address: string) =>
  `process.send({ listening: ${JSON.stringify(address)} }); setInterval(() => {}, 1000);`;

/** Resolves to the next address that the watched process says. The watcher has messages of its own. */
async function nextAddress(child: ChildProcess): Promise<unknown> {
  for (;;) {
    const [message] = (await once(child, "message")) as [{ listening?: unknown }];
    if (message.listening !== undefined) return message.listening;
  }
}

describe("a watched process", () => {
  it("tells the supervisor where it listens, again after each change of its source, and ends with it on SIGTERM", async () => {
    const { child, file } = start(saying("http://one"));
    expect(await nextAddress(child)).toBe("http://one");
    const next = nextAddress(child);
    writeFileSync(file, saying("http://two"));
    expect(await next).toBe("http://two");
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).toBe(0);
    await expect.poll(() => isGroupAlive(leaderOf(child))).toBe(false);
  });

  it("ends with all that it has started when the supervisor is gone, even by SIGKILL", async () => {
    const { child } = start(saying("http://one"));
    await nextAddress(child);
    child.disconnect();
    await expect.poll(() => isGroupAlive(leaderOf(child))).toBe(false);
  });
});
