import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";

const runtime = new URL("run-process.ts", import.meta.url).href;
const errors = new URL("config-error.ts", import.meta.url).href;
/** What every process here has, unless its options say otherwise. */
const parts = `logger, redact: (text) => text.replace("secret", "[redacted]"), times: { drainMs: 0, graceMs: 8000 }, drain: () => undefined`;
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** A process that ends in order; `close`, `then` and `options` are JavaScript. It writes `ready` once it can be told to end. */
async function start(close: string, then = "", options = "") {
  const script = `
    const { endInOrder, startProcess } = await import(${JSON.stringify(runtime)});
    const { ConfigError } = await import(${JSON.stringify(errors)});
    const write = (line) => process.stdout.write(line + "\\n");
    const logger = { info: () => undefined, fatal: (fields, text) => write(text + ": " + fields.cause) };
    await startProcess(async () => {
      endInOrder({ ${parts}, close: async () => { ${close} }, ${options} });
      setInterval(() => undefined, 1000);
      process.once("message", () => { ${then} });
      write("ready");
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  running.push(child);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child.stdout ?? child, "data");
  const ended = once(child, "exit").then(([code, signal]: unknown[]) => [code ?? signal, output]);
  return { child, ended };
}

test.each(["SIGTERM", "SIGINT"] as const)("%s ends with 0 once what is running is done", async (signal) => {
  const { child, ended } = await start(`await new Promise((r) => setTimeout(r, 50)); write("closed");`);
  child.kill(signal);
  expect(await ended).toEqual([0, "ready\nclosed\n"]);
});

test("a second signal ends at once", async () => {
  const { child, ended } = await start(`write("closing"); await new Promise(() => undefined);`);
  child.kill("SIGTERM");
  await once(child.stdout ?? child, "data");
  child.kill("SIGINT");
  expect(await ended).toEqual([0, "ready\nclosing\n"]);
});

test("it drains before it closes, and is told so at once", async () => {
  const options = `drain: () => write("draining"), times: { drainMs: 300, graceMs: 8000 }`;
  const { child, ended } = await start(`write("closed");`, "", options);
  const startedAt = performance.now();
  child.kill("SIGTERM");
  await once(child.stdout ?? child, "data");
  expect(await ended).toEqual([0, "ready\ndraining\nclosed\n"]);
  expect(performance.now() - startedAt).toBeGreaterThan(290);
});

test("a second signal while it drains ends it at once", async () => {
  const options = `drain: () => write("draining"), times: { drainMs: 600_000, graceMs: 8000 }`;
  const { child, ended } = await start(`write("closed");`, "", options);
  child.kill("SIGTERM");
  await once(child.stdout ?? child, "data");
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, "ready\ndraining\n"]);
});

test("what does not end within the grace is given up, and it exits with 0", async () => {
  const options = `times: { drainMs: 0, graceMs: 100 }`;
  const { child, ended } = await start(`write("closing"); await new Promise(() => undefined);`, "", options);
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, "ready\nclosing\n"]);
});

test("the end of the process that started it ends it in order", async () => {
  const { child, ended } = await start(`write("closed");`);
  child.disconnect();
  expect(await ended).toEqual([0, "ready\nclosed\n"]);
});

test("a failure to close is logged without its secrets and exits with 1", async () => {
  const { child, ended } = await start(`throw new Error("a secret");`);
  child.kill("SIGTERM");
  expect(await ended).toEqual([1, "ready\nshutting down failed: Error: a [redacted]\n"]);
});

test.each([
  ["throw", `throw new Error("a secret");`, "uncaught exception"],
  ["rejection", `void Promise.reject(new Error("a secret"));`, "unhandled rejection"],
])("an uncaught %s is logged without its secrets and exits with 1", async (_how, then, what) => {
  const { child, ended } = await start("", then);
  child.send("now");
  expect(await ended).toEqual([1, `ready\n${what}: Error: a [redacted]\n`]);
});

/** What a process that throws while it starts exits with and writes; `thrown` is JavaScript. */
async function startThatThrows(thrown: string) {
  const script = `
    const { endInOrder, startProcess } = await import(${JSON.stringify(runtime)});
    const { ConfigError } = await import(${JSON.stringify(errors)});
    const logger = { fatal: (fields) => process.stderr.write(fields.cause + "\\n") };
    await startProcess(async () => {
      endInOrder({ ${parts}, close: async () => undefined });
      throw ${thrown};
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "pipe" });
  running.push(child);
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number];
  return [code, output];
}

test("an error while it starts is logged without its secrets and exits with 1", async () => {
  expect(await startThatThrows(`new Error("a secret")`)).toEqual([1, "Error: a [redacted]\n"]);
});

test("a ConfigError while it starts is its lines on stderr and exit code 2", async () => {
  const thrown = `new ConfigError("PORT is in use", "HOST is odd")`;
  expect(await startThatThrows(thrown)).toEqual([2, "PORT is in use\nHOST is odd\n"]);
});
