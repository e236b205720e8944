import { spawn } from "node:child_process";
import { join } from "node:path";
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

/** What `processes` such programs write to one pipe, whose reader is slower than they are, so that it is full. */
async function written(processes: number, program: string): Promise<string[]> {
  const node = `"${process.execPath}" --input-type=module --eval "$0" &`;
  // Through `cat`: Node would give the programs a socket.
  const child = spawn("bash", ["-c", `{ ${node.repeat(processes)} wait; } | cat`, program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const piece of child.stdout.setEncoding("utf8")) {
    text += piece as string;
    await sleep(5);
  }
  return text.trimEnd().split("\n");
}

test("audit lines and log lines of any length do not tear each other", async () => {
  const lines = await written(1, writer(500, 20_000));
  for (const line of lines) JSON.parse(line);
  expect(lines).toHaveLength(1_000);
});

test("lines of up to 4,096 bytes of two processes on one pipe do not tear each other", async () => {
  const lines = await written(2, writer(1_500, 4_090));
  for (const line of lines) JSON.parse(line);
  expect(lines).toHaveLength(6_000);
});
