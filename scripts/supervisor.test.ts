import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { isGroupAlive } from "./process-group.ts";
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
  void supervised.start(
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

describe("the supervisor", () => {
  it("restarts a crashed process after growing pauses, and gives up with exit code 1 when it keeps crashing", async () => {
    const { it: supervised, lines } = supervisor();
    void supervised.start(script("bystander", forever));
    void supervised.start(script("gateway", "process.exit(9)", true));
    expect(await supervised.ended).toBe(1);
    expect(lines).toEqual([
      "gateway ended (exit code 9): restarting it in 10 ms.",
      "gateway ended (exit code 9): restarting it in 20 ms.",
      "gateway ended 3 times (last: exit code 9): giving up, stopping everything.",
    ]);
  });

  // Only root can become another user. The container check looks at it in the image.
  it.runIf(process.getuid?.() === 0)(
    "runs a process as another user without any of its own groups",
    async () => {
      const { it: supervised } = supervisor();
      const seen = "JSON.stringify([process.getuid(), process.getgid(), process.getgroups()])";
      const source = `process.exit(${seen} === "[10002,10003,[10003]]" ? 2 : 3)`;
      void supervised.start({ ...script("gateway", source), user: { uid: 10_002, gid: 10_003 } });
      expect(await supervised.ended).toBe(2);
    },
  );

  it("sends a signal to one process by its name", async () => {
    const { it: supervised, lines } = supervisor();
    void supervised.start(script("bystander", forever));
    void supervised.start(script("gateway", forever));
    supervised.send("gateway", "SIGKILL");
    supervised.send("nobody", "SIGKILL");
    expect(await supervised.ended).toBe(1);
    expect(lines).toEqual(["gateway ended (SIGKILL): stopping everything."]);
  });

  it("forgets the crashes of a process that has run well for a while", async () => {
    const { it: supervised, lines } = supervisor({ stableAfterMs: 50 });
    void supervised.start(script("gateway", "setTimeout(() => process.exit(9), 100)", true));
    while (lines.length < 4) await sleep(20);
    await supervised.stop(0);
    expect(new Set(lines)).toEqual(new Set(["gateway ended (exit code 9): restarting it in 10 ms."]));
  });

  it("stops everything with exit code 1 when a process dies that is not to be restarted", async () => {
    const { it: supervised, lines } = supervisor();
    void supervised.start(script("gateway", forever, true));
    void supervised.start(script("api", "process.kill(process.pid, 'SIGKILL')"));
    expect(await supervised.ended).toBe(1);
    expect(lines).toEqual(["api ended (SIGKILL): stopping everything."]);
  });

  it("knows the address on which a process says that it listens, and nothing that is not one", async () => {
    const { it: supervised } = supervisor();
    const strange = [null, 1, "text", {}, { listening: 3001 }, { listening: "" }];
    const messages = [...strange, { listening: "/tmp/für uns/a.sock" }, { listening: "http://late" }];
    const address = supervised.start(
      script("api", `for (const message of ${JSON.stringify(messages)}) process.send(message); ${forever}`),
    );
    expect(await address).toBe("/tmp/für uns/a.sock");
    await supervised.stop(0);
  });

  it("knows the address of a process that listens only after a restart", async () => {
    const { it: supervised, lines } = supervisor();
    const marker = JSON.stringify(join(mkdtempSync(join(tmpdir(), "supervisor-")), "started"));
    const source = `import { existsSync, writeFileSync } from "node:fs";
      if (existsSync(${marker})) process.send({ listening: "http://here" });
      else { writeFileSync(${marker}, ""); process.exit(9); }
      ${forever}`;
    expect(await supervised.start(script("gateway", source, true))).toBe("http://here");
    expect(lines).toEqual(["gateway ended (exit code 9): restarting it in 10 ms."]);
    await supervised.stop(0);
  });

  it("has no address of a process that everything was stopped before", async () => {
    const { it: supervised } = supervisor();
    const address = supervised.start(script("api", forever));
    await supervised.stop(0);
    expect(await address).toBeUndefined();
  });

  it("passes on each line that a process writes, up to its last one", async () => {
    const seen: string[] = [];
    const { it: supervised } = supervisor({ onLine: (name, line) => seen.push(`${name}: ${line}`) });
    void supervised.start(script("api", `console.log("one\\ntwo"); console.error("three")`));
    await supervised.ended;
    expect(seen.toSorted()).toEqual(["api: one", "api: three", "api: two"]);
  });

  it("restarts a process that exits with code 2 after it has listened: another program may have its port for a moment", async () => {
    const { it: supervised, lines } = supervisor();
    const source = `process.send({ listening: "http://x" }, () => process.exit(2))`;
    void supervised.start(script("gateway", source, true));
    expect(await supervised.ended).toBe(1);
    expect(lines.filter((line) => line.includes("restarting"))).toHaveLength(2);
  });

  it("does not restart a process whose settings are bad, and exits with code 2", async () => {
    const { it: supervised } = supervisor();
    void supervised.start(script("gateway", "process.exit(2)", true));
    expect(await supervised.ended).toBe(2);
  });

  it("stops processes in the reverse of the order in which they were started, and kills one that does not stop", async () => {
    const log = join(mkdtempSync(join(tmpdir(), "supervisor-")), "log");
    const logging = (name: string, then: string) =>
      script(
        name,
        `import { appendFileSync } from "node:fs";
         process.on("SIGTERM", () => { appendFileSync(${JSON.stringify(log)}, "${name} stops\\n"); ${then} });
         appendFileSync(${JSON.stringify(log)}, "${name} runs\\n"); ${forever}`,
      );
    const { it: supervised, lines } = supervisor({ stopTimeoutMs: 1_500, stopReserveMs: 500 });
    void supervised.start(logging("first", "process.exit(0)"));
    void supervised.start(logging("stubborn", ""));
    void supervised.start(logging("last", "process.exit(0)"));
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

  it("gives all processes together no longer than the one time to stop", async () => {
    const stopTimeoutMs = 600;
    const { it: supervised, lines } = supervisor({ stopTimeoutMs, stopReserveMs: 100 });
    for (const name of ["one", "two", "three"]) await startStubborn(supervised, name);
    await supervised.stop(0);
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["three", "two", "one"]);
    const given = lines.map((line) => Number(/ in (\d+) ms/.exec(line)?.[1]));
    expect(given.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(stopTimeoutMs + given.length);
  });

  it("kills everything at once when told to, even while it is stopping", async () => {
    const { it: supervised, lines } = supervisor();
    for (const name of ["one", "two"]) await startStubborn(supervised, name);
    void supervised.stop(0);
    supervised.kill(130);
    expect(await supervised.ended).toBe(130);
    expect(lines).toEqual([]);
  });

  it.each(["SIGTERM", "SIGKILL"] as const)(
    "leaves nothing behind that a process has started and not stopped, when %s ends it",
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
      await expect.poll(() => isGroupAlive(leader)).toBe(false);
    },
  );
});
