import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Running } from "./contenders/contender.ts";
import { startFrontDoor } from "./contenders/front-door.ts";

// How long an event of a model takes through both processes, and what many streams take in memory. The model and its
// callers are this one process, so that they have one clock: each event says when it was sent.

const everyMs = 50;
const seconds = 6;
const callersMax = 200;

interface Delays {
  readonly first: number[];
  readonly later: number[];
}

const model = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  let left = (seconds * 1_000) / everyMs;
  const timer = setInterval(() => {
    sendEvent(response);
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    response.end("data: [DONE]\n\n");
  }, everyMs);
  sendEvent(response);
  response.once("close", () => clearInterval(timer));
});

function sendEvent(response: ServerResponse): void {
  const chunk = { object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "word " } }] };
  response.write(`data: ${JSON.stringify({ ...chunk, sent_at: performance.now() })}\n\n`);
}

const callers = new Agent({ connections: callersMax });

/** The delays of one stream's events, in milliseconds. */
async function listen(origin: string, path: string, delays: Delays, events = Infinity): Promise<void> {
  const reply = await request(`${origin}${path}`, {
    method: "POST",
    dispatcher: callers,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messages: [{ role: "user", content: "Hello" }], stream: true }),
  });
  if (reply.statusCode !== 200) throw new Error(`${reply.statusCode}: ${await reply.body.text()}`);
  let seen = 0;
  for await (const piece of reply.body as AsyncIterable<Buffer>) {
    const arrived = performance.now();
    for (const [, at] of piece.toString().matchAll(/"sent_at":([\d.]+)/g)) {
      (seen === 0 ? delays.first : delays.later).push(arrived - Number(at));
      seen += 1;
    }
    if (seen >= events) break;
  }
}

async function oneByOne(origin: string, path: string): Promise<Delays> {
  const delays: Delays = { first: [], later: [] };
  for (let count = 0; count < 60; count += 1) await listen(origin, path, delays, 3);
  return delays;
}

/** Streams that run at the same time, begun evenly within so many milliseconds. */
async function together(running: Running, path: string, count: number, withinMs: number): Promise<void> {
  const delays: Delays = { first: [], later: [] };
  const all = Array.from({ length: count }, async (_, index) => {
    await delay((index * withinMs) / count);
    await listen(running.origin, path, delays);
  });
  const cpuMs = () => running.processes.reduce((sum, each) => sum + each.figures().cpuMs, 0);
  const before = cpuMs();
  const memory: string[] = [];
  for (let third = 0; third < 3; third += 1) {
    await delay(seconds * 300);
    memory.push(running.processes.map((each) => Math.round(each.figures().rssMib)).join(" + "));
  }
  await Promise.all(all);
  const cpuOfEvent = (1_000 * (cpuMs() - before)) / (delays.first.length + delays.later.length);
  say(`${count} streams together, begun within ${withinMs} ms`, delays);
  process.stdout.write(`  CPU of both processes: ${cpuOfEvent.toFixed(0)} µs for each event\n`);
  process.stdout.write(
    `  memory of api + gateway in MiB, after each 30 % of the time: ${memory.join(", ")}\n`,
  );
}

function say(what: string, { first, later }: Delays): void {
  process.stdout.write(
    `${what}: first event ${figures(first)} ms, later events ${figures(later)} ms (p50 and p99)\n`,
  );
}

function figures(values: number[]): string {
  return [0.5, 0.99].map((part) => percentile(values, part).toFixed(1)).join(" and ");
}

function percentile(values: number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

await new Promise<void>((resolve) => model.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${(model.address() as AddressInfo).port}`;
const folder = mkdtempSync(join(tmpdir(), "model-streams-"));
const running = await startFrontDoor({ origin, token: "a-token-for-the-bench", warehouseId: "0" }, folder);
try {
  const path = "/api/serving-endpoints/model/invocations";
  await oneByOne(running.origin, path);
  say("the model itself", await oneByOne(origin, "/"));
  say("through the front door", await oneByOne(running.origin, path));
  for (const [count, withinMs] of [
    [20, 0],
    [callersMax, 4_000],
    [callersMax, 0],
  ] as const)
    await together(running, path, count, withinMs);
} finally {
  await running.stop();
  await callers.destroy();
  model.closeAllConnections();
  model.close();
  rmSync(folder, { recursive: true, force: true });
}
