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
    const { it: supervised, lines } = supervisor({ stopTimeoutMs: 300 });
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
    expect(lines).toEqual(["stubborn did not stop in 300 ms: killing it."]);
  });
});
