import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { findChild } from "./find-child.ts";
import { isGroupAlive } from "./process-group.ts";

/** Supervises one process that takes no notice of SIGTERM, and never kills it of its own accord. */
const program = `
  import { Supervisor } from ${JSON.stringify(join(import.meta.dirname, "supervisor.ts"))};
  import { stopOnSignals } from ${JSON.stringify(join(import.meta.dirname, "stop-on-signals.ts"))};
  const supervisor = new Supervisor({ say: console.log, stopTimeoutMs: 600_000 });
  stopOnSignals(["SIGINT"], supervisor, console.log);
  const stubborn = 'process.on("SIGTERM", () => {}).on("disconnect", process.exit); process.send({ listening: "here" })';
  console.log(await supervisor.start({ name: "stubborn", args: ["--eval", stubborn], env: process.env, restart: false }));
  process.exit(await supervisor.ended);`;

test("a second signal kills everything, but not the first one when it is passed on twice", async () => {
  const script = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void script.kill("SIGKILL"));
  const closed = once(script, "close");
  let output = "";
  script.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await expect.poll(() => output).toContain("here");
  const stubborn = findChild(Number(script.pid), "--eval");
  script.kill("SIGINT");
  script.kill("SIGINT");
  await expect.poll(() => output).toContain("SIGINT: stopping");
  // Only a signal that comes later than half a second is another one.
  await sleep(600);
  expect(isGroupAlive(stubborn)).toBe(true);
  script.kill("SIGINT");
  expect(await closed).toEqual([130, null]);
  expect(isGroupAlive(stubborn)).toBe(false);
});
