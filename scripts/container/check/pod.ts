import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { Containers } from "./containers.ts";
import { docker, inspect, nodeInside, tryDocker, until, words } from "./docker.ts";
import { expect, type Report } from "./report.ts";

const folder = resolve(import.meta.dirname, "../../../deploy/kubernetes/base");
const read = (file: string): unknown => parse(readFileSync(resolve(folder, file), "utf8"));

interface PodContainer {
  readonly name: string;
  readonly args: readonly string[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe: { readonly exec?: { readonly command: readonly string[] } };
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
}

const { spec } = read("deployment.yaml") as {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly initContainers: readonly [PodContainer];
        readonly containers: readonly [PodContainer];
      };
    };
  };
};
const {
  initContainers: [gateway],
  containers: [frontDoor],
  terminationGracePeriodSeconds: graceSeconds,
} = spec.template.spec;
const { configMapGenerator } = read("kustomization.yaml") as {
  readonly configMapGenerator: readonly { readonly name: string; readonly literals: readonly string[] }[];
};

/** Runs the two containers of deploy/kubernetes as a kubelet would: with their users, arguments, settings and volumes. */
export async function checkPod(report: Report, containers: Containers): Promise<void> {
  const credential = `${containers.secretsVolume}:/var/run/databricks`;
  await containers.shell(
    ["--volume", credential],
    `printf %s ${containers.clientSecret} > /var/run/databricks/client-secret; chmod 444 /var/run/databricks/*`,
  );
  await report.check(
    "the pod of deploy/kubernetes: the gateway as a sidecar, and a request goes through",
    async () => {
      const sidecar = await start(containers, gateway, [
        ...containers.workspaceOptions,
        ...words(`-e DATABRICKS_CLIENT_ID=${containers.clientId} --volume ${credential}:ro`),
      ]);
      const probe = gateway.startupProbe.exec?.command ?? [];
      await until(
        async () => (await tryDocker(["exec", sidecar, ...probe])).code === 0,
        30_000,
        "the gateway's startup probe passes",
      );
      const served = await start(containers, frontDoor, [
        ...containers.networkOptions,
        ...words("-e ALLOW_ANONYMOUS=true"),
      ]);
      await until(
        async () => (await get(served, "/ready")).startsWith("200 "),
        30_000,
        "the front door is ready",
      );
      const me = await get(served, "/api/me");
      expect(me.startsWith("200 ") && me.includes(containers.clientId), me);
      const saved = await put(served, "/api/settings/uc-schema", { schema: "main.sales" });
      expect(saved.startsWith("200 "), saved);
      await checkWall(containers, served);
      return `${me.slice(0, 60)}…; ${await stop([served, sidecar])}`;
    },
  );
}

/** What the front door's container can see of the gateway's: nothing. */
async function checkWall(containers: Containers, served: string): Promise<void> {
  const seen = await nodeInside(
    served,
    "0:0",
    `const { existsSync, readdirSync, readFileSync } = require("node:fs");
     const pids = readdirSync("/proc").filter((name) => /^\\d+$/.test(name));
     const commands = pids.map((pid) => { try { return readFileSync("/proc/" + pid + "/cmdline", "utf8") } catch { return "" } });
     console.log(JSON.stringify({ env: process.env, file: existsSync("/var/run/databricks"), commands }))`,
  );
  const { file } = JSON.parse(seen) as { file: boolean };
  expect(!file, "the front door's container has the credential's folder");
  expect(
    !seen.includes(containers.clientSecret) && !seen.includes("DATABRICKS_"),
    "it has a setting of Databricks'",
  );
  expect(!seen.includes("databricks-gateway"), "it sees the gateway's process");
}

/** Stops the front door and then its sidecar, as Kubernetes does, within the time that the pod has for both. */
async function stop(inOrder: readonly string[]): Promise<string> {
  const start = performance.now();
  for (const container of inOrder) {
    await docker(["stop", "--time", String(graceSeconds), container]);
    const { State } = await inspect(container);
    expect(State.ExitCode === 0, `exit code ${State.ExitCode} of ${container}`);
  }
  const seconds = (performance.now() - start) / 1000;
  expect(seconds < graceSeconds, `stopped after ${seconds} s, and the pod has ${graceSeconds} s`);
  return `both stopped with 0 after ${seconds.toFixed(1)} s of ${graceSeconds} s`;
}

async function start(
  containers: Containers,
  container: PodContainer,
  own: readonly string[],
): Promise<string> {
  const { name, args, securityContext, volumeMounts } = container;
  const literals = configMapGenerator.find((map) => map.name === name)?.literals ?? [];
  const options = [
    ...words(`--user ${securityContext.runAsUser}:${securityContext.runAsGroup} --cap-drop ALL --read-only`),
    ...words("--security-opt no-new-privileges:true --no-healthcheck"),
    ...literals.flatMap((setting) => ["-e", setting]),
    ...words("-e GATEWAY_SECRET=0123456789abcdef0123456789abcdef"),
    ...own,
  ];
  for (const { name: volume, mountPath } of volumeMounts) {
    if (volume === "credential") continue;
    // Without what the image has there.
    options.push("--volume", `${await containers.emptyDir(`pod-${volume}`)}:${mountPath}:nocopy`);
  }
  return containers.start(`pod-${name}`, options, ...args);
}

const get = (container: string, path: string) => request(container, "GET", path);
const put = (container: string, path: string, body: object) => request(container, "PUT", path, body);

/** Resolves to the status and the body, like `200 {}`, or to nothing when nobody answers. */
function request(container: string, method: string, path: string, body?: object): Promise<string> {
  const init = {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  };
  return nodeInside(
    container,
    "10001:10001",
    `fetch("http://127.0.0.1:3001${path}", ${JSON.stringify(init)})
       .then(async (reply) => console.log(reply.status, await reply.text()), () => undefined)`,
  );
}
