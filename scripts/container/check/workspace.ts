import { defaultSeed } from "@front-door/local-workspace/seed";
import { docker, healthIs, inspect, nodeInside, tryDocker, until, words } from "./docker.ts";
import { checkIsolation, environOf, find, processesIn } from "./processes.ts";
import { expect, type Report } from "./report.ts";

/** What docker-compose.yml says, for plain `docker run` (docs/deploy.md). */
const hardened = [
  ...words("--read-only --tmpfs /tmp --security-opt no-new-privileges:true"),
  ...words("--cap-drop ALL --cap-add SETUID --cap-add SETGID --cap-add KILL"),
];

const askReady = `
  require("node:http").get("http://127.0.0.1:3001/ready?deep=1", async (response) => {
    let body = ""; for await (const piece of response) body += piece;
    console.log(response.statusCode, body);
  });
`;

/** The image on a workspace with credentials: a second container plays the workspace, over TLS. */
export async function checkWorkspace(report: Report, image: string, name: string): Promise<void> {
  const [principal] = defaultSeed.servicePrincipals;
  if (principal === undefined) throw new Error("the seed has no service principal");
  const workspace = `${name}-workspace`;
  const started: string[] = [];
  const run = async (container: string, options: readonly string[], command: readonly string[] = []) => {
    started.push(container);
    await docker(["run", "--detach", "--name", container, ...hardened, ...options, image, ...command]);
    return container;
  };
  const frontDoor = (container: string, secret: string) =>
    run(container, [
      ...words(`--network container:${workspace} --volume ${name}-workspace:/workspace:ro`),
      ...words("--restart on-failure:3"),
      ...words("--health-interval 1s --health-start-period 5s --health-retries 2"),
      ...words("-e DATABRICKS_HOST=https://127.0.0.1:3003 -e ALLOW_ANONYMOUS=true"),
      ...words(`-e DATABRICKS_CLIENT_ID=${principal.applicationId} -e DATABRICKS_CLIENT_SECRET=${secret}`),
      ...words("-e NODE_EXTRA_CA_CERTS=/workspace/local-workspace/tls/ca.pem"),
    ]);
  try {
    await run(workspace, ["--volume", `${name}-workspace:/data`, "--no-healthcheck"], ["local-workspace"]);
    await until(
      async () => (await docker(["logs", workspace])).includes("Local workspace ready"),
      30_000,
      "the workspace answers",
    );

    const well = await frontDoor(`${name}-well`, principal.clientSecret);
    await report.check("with DATABRICKS_HOST and a credential in the environment: healthy", async () => {
      const ms = await until(() => healthIs(well, "healthy"), 40_000, "it is healthy");
      const ready = await nodeInside(well, "root", askReady);
      expect(/^200 .*"workspace":"databricks"/.test(ready), ready);
      return `after ${(ms / 1000).toFixed(1)} s: ${ready}`;
    });
    await report.check(
      "the secret is in the gateway's environment and nowhere else, nor in the log",
      async () => {
        // A health check that runs just now has the container's environment too: it is root's, and gone in a moment.
        const seen = (await processesIn(well)).filter(({ command }) => !command.includes("health.js"));
        const gateway = find(seen, "/app/apps/databricks-gateway");
        for (const process of seen) {
          const holds = (await environOf(well, process)).includes(principal.clientSecret);
          expect(holds === (process === gateway), `${process.command}: ${holds}`);
        }
        expect(!(await docker(["logs", well])).includes(principal.clientSecret), "it is in the log");
        return `${seen.length} processes and the log looked at`;
      },
    );
    await checkIsolation(report, well);
    await docker(["rm", "--force", well]);

    const broken = await frontDoor(`${name}-broken`, "not-the-secret");
    await report.check(
      "a broken credential: unhealthy with a reason in the log, no restart loop",
      async () => {
        const told = async () => (await inspect(broken)).State.Health?.Log.at(-1)?.Output ?? "";
        const isTold = async () => (await told()).includes("did not accept");
        const ms = await until(
          async () => (await healthIs(broken, "unhealthy")) && (await isTold()),
          60_000,
          "it is unhealthy, and its health check says why",
        );
        const { RestartCount, State } = await inspect(broken);
        expect(RestartCount === 0 && State.Status === "running", `${State.Status}, ${RestartCount} restarts`);
        const log = await docker(["logs", broken]);
        const reason = /"cause":"([^"]*)"/.exec(log)?.[1] ?? "";
        expect(reason.includes("UNAUTHENTICATED"), log.slice(-500));
        return `after ${(ms / 1000).toFixed(1)} s, 0 restarts; log: ${reason.slice(0, 70)}…`;
      },
    );

    await report.check("one part alone, without root and without a capability (a sidecar)", async () => {
      const alone = await run(
        `${name}-gateway`,
        [
          ...words("--user 10002:10002 --cap-drop ALL --no-healthcheck"),
          ...words("-e DATABRICKS_HOST=https://example.com -e DATABRICKS_TOKEN=none"),
          ...words("-e GATEWAY_SECRET=0123456789abcdef"),
        ],
        ["gateway"],
      );
      const probe = ["exec", alone, "node", "/app/scripts/dist/health.js", "gateway"];
      await until(async () => (await tryDocker(probe)).code === 0, 20_000, "the gateway answers");
      await docker(["stop", alone]);
      const { State } = await inspect(alone);
      expect(State.ExitCode === 0, `exit code ${State.ExitCode}`);
      return "the gateway answered its probe and stopped with 0";
    });
  } finally {
    await tryDocker(["rm", "--force", "--volumes", ...started]);
    await tryDocker(["volume", "rm", `${name}-workspace`]);
  }
}
