import { defaultSeed } from "@front-door/local-workspace/seed";
import { docker, tryDocker, until, words } from "./docker.ts";

/** What docker-compose.yml says, for plain `docker run` (docs/deploy.md). */
const hardened = [
  ...words("--read-only --tmpfs /tmp --security-opt no-new-privileges:true"),
  ...words("--cap-drop ALL --cap-add SETUID --cap-add SETGID --cap-add KILL"),
];

/** Containers of the image on a workspace that takes credentials: one of them plays it, over TLS on their common loopback. */
export class Containers {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly secretsVolume: string;
  readonly #image: string;
  readonly #name: string;
  readonly #stateVolume: string;
  readonly #started: string[] = [];
  readonly #emptyDirs: string[] = [];

  constructor(image: string, name: string) {
    const [principal] = defaultSeed.servicePrincipals;
    if (principal === undefined) throw new Error("the seed has no service principal");
    this.clientId = principal.applicationId;
    this.clientSecret = principal.clientSecret;
    this.#image = image;
    this.#name = name;
    this.#stateVolume = `${name}-workspace`;
    this.secretsVolume = `${name}-secrets`;
  }

  async startWorkspace(): Promise<void> {
    const workspace = await this.run(
      "workspace",
      ["--volume", `${this.#stateVolume}:/data`, "--no-healthcheck"],
      "local-workspace",
    );
    await until(
      async () => (await docker(["logs", workspace])).includes("Local workspace ready"),
      30_000,
      "the workspace answers",
    );
  }

  /** On the workspace's loopback. */
  get networkOptions(): string[] {
    return words(`--network container:${this.#name}-workspace`);
  }

  /** There too, and knows the workspace and its CA. */
  get workspaceOptions(): string[] {
    return [
      ...this.networkOptions,
      ...words(`--volume ${this.#stateVolume}:/workspace:ro -e DATABRICKS_HOST=https://127.0.0.1:3003`),
      ...words("-e NODE_EXTRA_CA_CERTS=/workspace/local-workspace/tls/ca.pem"),
    ];
  }

  /** The whole product, with the options that say its secret. */
  frontDoor(part: string, secret: readonly string[]): Promise<string> {
    return this.run(part, [
      ...this.workspaceOptions,
      ...words("--restart on-failure:3 -e ALLOW_ANONYMOUS=true"),
      ...words("--health-interval 1s --health-start-period 5s --health-retries 2"),
      ...words(`-e DATABRICKS_CLIENT_ID=${this.clientId}`),
      ...secret,
    ]);
  }

  /** As docker-compose.yml runs it. */
  run(part: string, options: readonly string[], ...command: readonly string[]): Promise<string> {
    return this.start(part, [...hardened, ...options], ...command);
  }

  async start(part: string, options: readonly string[], ...command: readonly string[]): Promise<string> {
    const container = `${this.#name}-${part}`;
    this.#started.push(container);
    await docker(["run", "--detach", "--name", container, ...options, this.#image, ...command]);
    return container;
  }

  /** A volume that everybody may write to, as the kubelet makes an emptyDir. Resolves to its name. */
  async emptyDir(part: string): Promise<string> {
    const volume = `${this.#name}-${part}`;
    this.#emptyDirs.push(volume);
    await this.shell(["--volume", `${volume}:/made`], "chmod 0777 /made");
    return volume;
  }

  /** Runs a line of shell in a container of the image that ends with it. */
  shell(options: readonly string[], line: string): Promise<string> {
    return docker([...words("run --rm --network none --entrypoint sh"), ...options, this.#image, "-c", line]);
  }

  async remove(): Promise<void> {
    await tryDocker(["rm", "--force", "--volumes", ...this.#started]);
    await tryDocker(["volume", "rm", this.#stateVolume, this.secretsVolume, ...this.#emptyDirs]);
  }
}
