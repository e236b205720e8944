import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { docker, healthIs, inspect, nodeInside, tryDocker, until } from "./docker.ts";
import { checkImage } from "./image.ts";
import { Load } from "./load.ts";
import { checkIsolation, find, processesIn, socketOf, tryAs } from "./processes.ts";
import { expect, Report } from "./report.ts";
import { callRoutes } from "./routes.ts";
import { checkWorkspace } from "./workspace.ts";

// scripts/container-check.sh runs this where a container engine answers.

const root = resolve(import.meta.dirname, "../../..");
const name = `front-door-check-${process.pid}`;
const image = `${name}:check`;
const port = await freePort();
const origin = `http://127.0.0.1:${port}`;
const folder = mkdtempSync(join(tmpdir(), "front-door-check-"));
const quick = join(folder, "quick.yml");
// What differs from what people run: shorter pauses between the health checks, no settings file of theirs, and no rate limit.
writeFileSync(
  quick,
  `services:
  front-door:
    env_file: !reset []
    environment: { RATE_LIMIT_PER_MINUTE: "0" }
    healthcheck: { interval: 2s, start_period: 20s, start_interval: 500ms }
`,
);

// What the shell or a settings file of this machine says must not decide what is checked.
const environment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((key) => /^(DATABRICKS_|API_|ALLOW)/.test(key))
      .map((key) => [key, undefined]),
  ),
  PORT: String(port),
  IMAGE: image,
};
const compose = (...args: string[]) =>
  docker(
    [
      "compose",
      "--project-name",
      name,
      "--project-directory",
      root,
      "--env-file",
      "/dev/null",
      "--file",
      join(root, "docker-compose.yml"),
      "--file",
      quick,
      ...args,
    ],
    environment,
  );

const report = new Report();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void cleanUp().then(() => process.exit(130)));
try {
  await report.check("docker compose up -d --build --wait, with nothing configured", async () => {
    const start = performance.now();
    await compose("up", "--detach", "--build", "--wait");
    return `healthy, ${((performance.now() - start) / 1000).toFixed(0)} s with the build`;
  });
  const container = await compose("ps", "--quiet", "front-door");
  await checkRunning(container);
  await checkIsolation(report, container);
  await checkRecovery(container);
  await checkGap(container);
  await checkStop(container);
  await checkImage(report, image);
  await checkWorkspace(report, image, name);
} catch (error) {
  await report.check("the check itself", () => Promise.reject(error));
} finally {
  await cleanUp();
}
report.print();
process.exitCode = report.failed === 0 ? 0 : 1;

async function cleanUp(): Promise<void> {
  await compose("down", "--volumes", "--remove-orphans", "--timeout", "5").catch(() => undefined);
  await tryDocker(["image", "rm", image]);
  rmSync(folder, { recursive: true, force: true });
}

async function checkRunning(container: string): Promise<void> {
  await report.check("the routes answer on 127.0.0.1", () => callRoutes(origin));
  await report.check(
    "only the front door's port is published, on loopback; 3002 and 3003 answer nobody outside",
    async () => {
      const { NetworkSettings } = await inspect(container);
      const published = Object.entries(NetworkSettings.Ports).flatMap(([inside, outside]) =>
        (outside ?? []).map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}>${inside}`),
      );
      expect(published.join() === `127.0.0.1:${port}>3001/tcp`, published.join());
      const address = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? "";
      expect(await connects(address, 3001), `nothing answers on ${address}:3001 either`);
      for (const hidden of [3002, 3003])
        expect(!(await connects(address, hidden)), `${address}:${hidden} answers`);
      return published.join();
    },
  );
  await report.check(
    "read-only root file system, limits, three capabilities for the supervisor alone",
    async () => {
      const { HostConfig } = await inspect(container);
      expect(
        HostConfig.ReadonlyRootfs && HostConfig.Memory > 0 && HostConfig.PidsLimit > 0,
        JSON.stringify(HostConfig),
      );
      const write = await nodeInside(
        container,
        "root",
        `for (const file of ["/x", "/app/x", "/etc/x", "/data/x/x"]) { try { require("node:fs").writeFileSync(file, ""); console.log(file) } catch (e) { if (!/EROFS|ENOENT|EACCES/.test(e.code)) console.log(file, e.code) } }`,
      );
      expect(write === "", `could be written: ${write}`);
      expect(
        HostConfig.CapDrop?.join() === "ALL" && HostConfig.CapAdd?.length === 3,
        JSON.stringify(HostConfig.CapAdd),
      );
      return `memory ${HostConfig.Memory / 2 ** 20} MiB, ${HostConfig.PidsLimit} processes, +${HostConfig.CapAdd.join(" +")}`;
    },
  );
  await report.check("every line of the log is JSON", async () => {
    const lines = (await docker(["logs", container])).split("\n");
    const other = lines.filter((line) => !isJsonObject(line));
    expect(other.length === 0, other.slice(0, 3).join(" | "));
    return `${lines.length} lines`;
  });
}

async function checkRecovery(container: string): Promise<void> {
  await report.check("the gateway killed: healthy again by itself", async () => {
    const gateway = find(await processesIn(container), "/app/apps/databricks-gateway").pid;
    await nodeInside(container, "root", `process.kill(${gateway}, "SIGKILL")`);
    const gone = await fetch(`${origin}/ready`);
    const ms = await until(
      async () => (await fetch(`${origin}/ready?deep=true`)).status === 200,
      20_000,
      "ready again",
    );
    await until(() => healthIs(container, "healthy"), 20_000, "healthy again");
    const now = find(await processesIn(container), "/app/apps/databricks-gateway").pid;
    expect(now !== gateway, "it is the same process");
    const { RestartCount } = await inspect(container);
    expect(RestartCount === 0, `${RestartCount} restarts of the container`);
    return `${gone.status} at once, 200 after ${(ms / 1000).toFixed(1)} s, the container not restarted`;
  });
}

/** The entry is stopped for the time between the gateway's end and its restart, so that there is time to look. */
async function checkGap(container: string): Promise<void> {
  await report.check("the gateway killed: another user who takes its port is told nothing", async () => {
    const seen = await processesIn(container);
    const socket = await socketOf(container);
    const signal = (part: string, name: NodeJS.Signals) =>
      nodeInside(container, "root", `process.kill(${find(seen, part).pid}, "${name}")`);
    await signal("/app/scripts/dist/entry.js", "SIGSTOP");
    try {
      await signal("/app/apps/databricks-gateway", "SIGKILL");
      const {
        attempts,
        statuses,
        seen: told,
      } = await tryAs(container, "65534:65534", [socket, "3002", "http://127.0.0.1:3001"]);
      expect(attempts["connect"] === "EACCES" && told.join() === "/seen", JSON.stringify({ attempts, told }));
      expect(statuses.join() === "503,503,503", statuses.join());
    } finally {
      await signal("/app/scripts/dist/entry.js", "SIGCONT");
    }
    await until(async () => (await fetch(`${origin}/ready`)).status === 200, 20_000, "ready again");
    return "three calls with a user's token: 503 each, and not one byte on the forged port";
  });
}

async function checkStop(container: string): Promise<void> {
  await report.check(
    "docker stop under load: no accepted request lost, exit code 0 within the grace period",
    async () => {
      const load = new Load(origin);
      load.start();
      await sleep(1_500);
      const stopAt = Date.now();
      await docker(["stop", container]);
      const stopMs = Date.now() - stopAt;
      await load.end();
      const { State } = await inspect(container);
      expect(State.ExitCode === 0 && stopMs < 15_000, `exit code ${State.ExitCode} after ${stopMs} ms`);
      const accepted = new Set(
        [...(await docker(["logs", container])).matchAll(/"service":"api","request_id":"([^"]+)"/g)].map(
          ([, id]) => id,
        ),
      );
      const answered = load.sent.filter(({ status = 0 }) => status >= 200 && status < 300);
      const lost = load.sent.filter(({ id, status }) => status === undefined && accepted.has(id));
      const uploads = load.sent.filter(({ kind }) => kind === "upload");
      expect(lost.length === 0, `${lost.length} lost`);
      expect(
        uploads.every((each) => answered.includes(each)),
        `uploads: ${JSON.stringify(uploads.map(({ status }) => status))}`,
      );
      const refused = load.sent.filter(({ status }) => status !== undefined && status >= 400);
      expect(refused.length === 0, `refused: ${refused.map(({ status }) => status).join()}`);
      return `exit code 0 after ${(stopMs / 1000).toFixed(1)} s; ${answered.length} answered, ${uploads.length} uploads in the middle among them, 0 lost`;
    },
  );
  await report.check("start time, and the volume keeps the settings file", async () => {
    await docker(["start", container]);
    await until(
      () =>
        fetch(`${origin}/ready?deep=true`).then(
          ({ ok }) => ok,
          () => false,
        ),
      30_000,
      "ready again",
    );
    const { State } = await inspect(container);
    const openedAt = (await docker(["logs", container]))
      .split("\n")
      .findLast((line) => line.includes("The front door is open"));
    const ms = Number(/"time":(\d+)/.exec(openedAt ?? "")?.[1]) - Date.parse(State.StartedAt);
    const setting = await (await fetch(`${origin}/api/settings/uc-schema`)).text();
    expect(setting.includes("main.sales"), setting);
    return `${(ms / 1000).toFixed(1)} s from the container's start to the open front door, on the local workspace`;
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has a numeric port");
  return address.port;
}

async function connects(host: string, to: number): Promise<boolean> {
  const socket = connect({ host, port: to, signal: AbortSignal.timeout(2_000) });
  return once(socket, "connect").then(
    () => socket.destroy() !== undefined,
    () => false,
  );
}

function isJsonObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}
