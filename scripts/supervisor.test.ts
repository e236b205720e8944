import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Supervisor } from "./supervisor.ts";

const quick = { restartDelayMs: 10, restartDelayMsMax: 40, crashesMax: 3 };
const forever = "setInterval(() => {}, 1000);";

function supervisor(options: Partial<ConstructorParameters<typeof Supervisor>[0]> = {}) {
  const lines: string[] = [];
  return { lines, it: new Supervisor({ say: (line) => lines.push(line), ...quick, ...options }) };
}

const script = (name: string, source: string, restart = false) => ({
  name,
  args: ["--input-type=module", "--eval", source],
  env: process.env,
  restart,
});

/** Starts a process that takes no notice of SIGTERM, and resolves to its pid once it runs. */
async function startStubborn(supervised: Supervisor, name: string, source = ""): Promise<number> {
  const pidFile = join(mkdtempSync(join(tmpdir(), "supervisor-")), "pid");
  supervised.start(
    script(
      name,
      `import { writeFileSync } from "node:fs"; ${source} process.on("SIGTERM", () => {}); ${forever}
       writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));`,
    ),
  );
  const read = () => Number(readFileSync(pidFile, { encoding: "utf8", flag: "a+" }));
  while (read() === 0) await sleep(10);
  return read();
}

function isGroupAlive(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

describe("the supervisor", () => {
  it("starts a crashed process again with growing pauses, and gives up with exit code 1 when it keeps crashing", async () => {
    const { it: supervised, lines } = supervisor();
    supervised.start(script("bystander", forever));
    supervised.start(script("gateway", "process.exit(9)", true));
    expect(await supervised.ended).toBe(1);
    expect(lines).toEqual([
      "gateway ended (exit code 9): starting it again in 10 ms.",
      "gateway ended (exit code 9): starting it again in 20 ms.",
      "gateway ended 3 times (last: exit code 9): giving up, stopping everything.",
    ]);
  });

  // Only root can become another user; the container check sees it in the image.
  it.runIf(process.getuid?.() === 0)(
    "gives a process another user without any group of its own",
    async () => {
      const { it: supervised } = supervisor();
      const seen = "JSON.stringify([process.getuid(), process.getgid(), process.getgroups()])";
      const source = `process.exit(${seen} === "[10002,10003,[10003]]" ? 2 : 3)`;
      supervised.start({ ...script("gateway", source), user: { uid: 10_002, gid: 10_003 } });
      expect(await supervised.ended).toBe(2);
    },
  );

  it("sends a signal to one process by its name", async () => {
    const { it: supervised, lines } = supervisor();
    supervised.start(script("bystander", forever));
    supervised.start(script("gateway", forever));
    supervised.send("gateway", "SIGKILL");
    supervised.send("nobody", "SIGKILL");
    expect(await supervised.ended).toBe(1);
    expect(lines).toEqual(["gateway ended (SIGKILL): stopping everything."]);
  });

  it("forgets the crashes of a process that has run well for a while since", async () => {
    const { it: supervised, lines } = supervisor({ stableAfterMs: 50 });
    supervised.start(script("gateway", "setTimeout(() => process.exit(9), 100)", true));
    while (lines.length < 4) await sleep(20);
    await supervised.stop(0);
    expect(new Set(lines)).toEqual(new Set(["gateway ended (exit code 9): starting it again in 10 ms."]));
  });

  it("stops everything with exit code 1 when a process dies that is not started again", async () => {
    const { it: supervised, lines } = supervisor();
    supervised.start(script("gateway", forever, true));
    supervised.start(script("api", "process.kill(process.pid, 'SIGKILL')"));
    expect(await supervised.ended).toBe(1);
    expect(lines).toEqual(["api ended (SIGKILL): stopping everything."]);
  });

  it("does not start a process again whose settings are bad, and exits with code 2", async () => {
    const { it: supervised } = supervisor();
    supervised.start(script("gateway", "process.exit(2)", true));
    expect(await supervised.ended).toBe(2);
  });

  it("stops in the reverse of the order of starting, and kills what does not stop", async () => {
    const log = join(mkdtempSync(join(tmpdir(), "supervisor-")), "log");
    const logging = (name: string, then: string) =>
      script(
        name,
        `import { appendFileSync } from "node:fs";
         process.on("SIGTERM", () => { appendFileSync(${JSON.stringify(log)}, "${name} stops\\n"); ${then} });
         appendFileSync(${JSON.stringify(log)}, "${name} runs\\n"); ${forever}`,
      );
    const { it: supervised, lines } = supervisor({ stopTimeoutMs: 1_500, stopReserveMs: 500 });
    supervised.start(logging("first", "process.exit(0)"));
    supervised.start(logging("stubborn", ""));
    supervised.start(logging("last", "process.exit(0)"));
    const read = () => readFileSync(log, { encoding: "utf8", flag: "a+" });
    while (read().split("runs").length < 4) await sleep(10);
    await supervised.stop(0);
    expect(await supervised.ended).toBe(0);
    expect(
      read()
        .split("\n")
        .filter((line) => line.endsWith("stops")),
    ).toEqual(["last stops", "stubborn stops", "first stops"]);
    expect(lines).toEqual([expect.stringMatching(/^stubborn did not stop in \d+ ms: killing it\.$/)]);
  });

  it("lets all processes together take no longer than the one time to stop", async () => {
    const { it: supervised, lines } = supervisor({ stopTimeoutMs: 600, stopReserveMs: 100 });
    for (const name of ["one", "two", "three"]) await startStubborn(supervised, name);
    const start = performance.now();
    await supervised.stop(0);
    expect(performance.now() - start).toBeLessThan(1_100);
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["three", "two", "one"]);
  });

  it("kills all at once when it is told to, also while it is stopping", async () => {
    const { it: supervised, lines } = supervisor();
    for (const name of ["one", "two"]) await startStubborn(supervised, name);
    void supervised.stop(0);
    supervised.kill(130);
    expect(await supervised.ended).toBe(130);
    expect(lines).toEqual([]);
  });

  it.each(["SIGTERM", "SIGKILL"] as const)(
    "leaves nothing behind that a process started itself and did not stop on %s",
    async (signal) => {
      const { it: supervised } = supervisor();
      const leader = await startStubborn(
        supervised,
        "leader",
        `import { spawn } from "node:child_process";
         spawn(process.execPath, ["--eval", ${JSON.stringify(forever)}], { stdio: "ignore" });
         process.on("SIGTERM", () => process.exit(0));`,
      );
      process.kill(leader, signal);
      expect(await supervised.ended).toBe(1);
      // Until its parent's parent has reaped it, a dead process counts as alive.
      await expect.poll(() => isGroupAlive(leader), { timeout: 10_000 }).toBe(false);
    },
  );
});
