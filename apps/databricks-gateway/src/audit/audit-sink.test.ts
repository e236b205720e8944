import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";

const sink = JSON.stringify(join(import.meta.dirname, "audit-sink.ts"));

/** Writes `lines` audit lines and as many log lines to standard output, of up to `lengthMax` bytes each. */
const writer = (lines: number, lengthMax: number) => `
  import { logOutput } from "@front-door/service-runtime";
  import { pino } from "pino";
  import { openAuditSink } from ${sink};
  const logger = pino({ base: undefined, timestamp: false }, logOutput());
  const audit = openAuditSink({ log: "stdout" }, logger);
  for (let index = 0; index < ${lines}; index++) {
    const filler = "x".repeat((index * 997) % ${lengthMax - 100});
    audit.write(JSON.stringify({ audit: index, filler }));
    logger.info({ index, filler });
    if (index % 50 === 0) await new Promise(setImmediate);
  }
  await audit.close();`;

/** What `processes` such programs write to one pipe, whose reader comes late, so that it is full in between. */
async function written(processes: number, program: string): Promise<string[]> {
  const node = `"${process.execPath}" --input-type=module --eval "$0" &`;
  const child = spawn("bash", ["-c", `${node.repeat(processes)} wait`, program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await sleep(300);
  return (await text(child.stdout)).trimEnd().split("\n");
}

test("audit lines and log lines of any length do not tear each other", async () => {
  const lines = await written(1, writer(2_000, 20_000));
  for (const line of lines) JSON.parse(line);
  expect(lines).toHaveLength(4_000);
});

test("lines of up to 4,096 bytes of two processes on one pipe do not tear each other", async () => {
  const lines = await written(2, writer(2_000, 4_090));
  for (const line of lines) JSON.parse(line);
  expect(lines).toHaveLength(8_000);
});
