import { Containers } from "./containers.ts";
import { docker, healthIs, inspect, nodeInside, tryDocker, until, words } from "./docker.ts";
import { checkPod } from "./pod.ts";
import { checkIsolation, environOf, find, processesIn, type SeenProcess } from "./processes.ts";
import { expect, type Report } from "./report.ts";

const askReady = `
  require("node:http").get("http://127.0.0.1:3001/ready?deep=true", async (response) => {
    let body = ""; for await (const piece of response) body += piece;
    console.log(response.statusCode, body);
  });
`;

/** The image on a workspace that takes credentials. */
export async function checkWorkspace(report: Report, image: string, name: string): Promise<void> {
  const containers = new Containers(image, name);
  try {
    await containers.startWorkspace();
    await checkSecretInEnvironment(report, containers);
    await checkSecretInFile(report, containers);
    await checkBrokenCredential(report, containers);
    await checkPod(report, containers);
  } finally {
    await containers.remove();
  }
}

async function checkSecretInEnvironment(report: Report, containers: Containers): Promise<void> {
  const secret = containers.clientSecret;
  const container = await containers.frontDoor("well", ["-e", `DATABRICKS_CLIENT_SECRET=${secret}`]);
  await report.check("with DATABRICKS_HOST and a credential in the environment: healthy", async () => {
    const ms = await until(() => healthIs(container, "healthy"), 60_000, "it is healthy");
    const ready = await nodeInside(container, "root", askReady);
    expect(/^200 .*"workspace":"databricks"/.test(ready), ready);
    return `after ${(ms / 1000).toFixed(1)} s`;
  });
  await report.check(
    "the secret is in the gateway's environment and nowhere else, nor in the log",
    async () => {
      const seen = await lastingProcesses(container);
      const gateway = find(seen, "/app/apps/databricks-gateway");
      for (const process of seen) {
        const holds = (await environOf(container, process)).includes(secret);
        expect(holds === (process === gateway), `${process.command}: ${holds}`);
      }
      expect(!(await docker(["logs", container])).includes(secret), "it is in the log");
      return `${seen.length} processes and the log looked at`;
    },
  );
  await checkIsolation(report, container);
  await docker(["rm", "--force", container]);
}

async function checkSecretInFile(report: Report, containers: Containers): Promise<void> {
  await report.check(
    "the secret in a mounted file: healthy, and only the gateway's user reads it",
    async () => {
      const file = "/run/secrets/client-secret";
      const volume = ["--volume", `${containers.secretsVolume}:/run/secrets`];
      const secret = containers.clientSecret;
      await containers.shell(volume, `umask 377; printf %s ${secret} > ${file}; chown 10002:10002 ${file}`);
      const options = [...volume, "-e", `DATABRICKS_CLIENT_SECRET_FILE=${file}`];
      const container = await containers.frontDoor("mounted", options);
      const ms = await until(() => healthIs(container, "healthy"), 60_000, "it is healthy");
      for (const process of await lastingProcesses(container)) {
        const holds = (await environOf(container, process)).includes(secret);
        expect(!holds, `it is in the environment of ${process.command}`);
      }
      for (const user of ["front-door", "root"]) {
        const { code, output } = await tryDocker([...words(`exec --user ${user} ${container} cat`), file]);
        expect(code !== 0 && output.includes("Permission denied"), `${user}: ${output}`);
      }
      await docker(["rm", "--force", container]);
      return `after ${(ms / 1000).toFixed(1)} s; in no environment; refused to the front door's user, and to root here`;
    },
  );
}

async function checkBrokenCredential(report: Report, containers: Containers): Promise<void> {
  const container = await containers.frontDoor("broken", ["-e", "DATABRICKS_CLIENT_SECRET=not-the-secret"]);
  await report.check("a broken credential: unhealthy with a reason in the log, no restart loop", async () => {
    const told = async () => (await inspect(container)).State.Health?.Log.at(-1)?.Output ?? "";
    const isTold = async () => (await told()).includes("did not accept");
    const ms = await until(
      async () => (await healthIs(container, "unhealthy")) && (await isTold()),
      60_000,
      "it is unhealthy, and its health check says why",
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}; the health check said: ${await told()}`);
    });
    const { RestartCount, State } = await inspect(container);
    expect(RestartCount === 0 && State.Status === "running", `${State.Status}, ${RestartCount} restarts`);
    const log = await docker(["logs", container]);
    const reason = /"cause":"([^"]*)"/.exec(log)?.[1] ?? "";
    expect(reason.includes("UNAUTHENTICATED"), log.slice(-500));
    return `after ${(ms / 1000).toFixed(1)} s, 0 restarts; log: ${reason.slice(0, 70)}…`;
  });
  // The next ones listen on the same loopback.
  await docker(["rm", "--force", container]);
}

/**
 * Without the entry, whose environment cannot be read, and without a health check that is running now: that has the
 * container's environment, belongs to root and is gone in a moment.
 */
async function lastingProcesses(container: string): Promise<SeenProcess[]> {
  return (await processesIn(container)).filter(({ command }) =>
    /tini .*entry\.js$|\/dist\/server\.js$/.test(command),
  );
}
