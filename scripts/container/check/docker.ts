import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the docker command and resolves to how it ended, with its stdout and stderr together. */
export async function tryDocker(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = spawn("docker", args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, output: out + err };
}

/** Runs the docker command and resolves to what it wrote; throws when it fails. */
export async function docker(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const { code, output } = await tryDocker(args, env);
  if (code !== 0) throw new Error(`docker ${args.join(" ")} (exit code ${code}): ${output.slice(-2_000)}`);
  return output.trim();
}

/** "run --rm" as a shell would read it, for arguments without a space in them. */
export const words = (text: string): string[] => text.split(" ");

export interface ContainerState {
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: { readonly Status: string; readonly Log: readonly { readonly Output: string }[] };
  };
  readonly RestartCount: number;
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly Memory: number;
    readonly PidsLimit: number;
    readonly CapDrop: readonly string[] | null;
    readonly CapAdd: readonly string[] | null;
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>>;
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
  };
}

export async function inspect(container: string): Promise<ContainerState> {
  const [state] = JSON.parse(await docker(["inspect", container])) as ContainerState[];
  if (state === undefined) throw new Error(`${container} is not there`);
  return state;
}

/** Runs a program of Node's inside the container, as one of its users, and resolves to what it wrote. */
export function nodeInside(
  container: string,
  user: string,
  source: string,
  args: readonly string[] = [],
): Promise<string> {
  return docker(["exec", "--user", user, container, "node", "--eval", source, "--", ...args]);
}

/** Waits until the condition holds, and resolves to the milliseconds that it took. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: string,
): Promise<number> {
  const start = performance.now();
  while (performance.now() - start < timeoutMs) {
    if (await condition()) return Math.round(performance.now() - start);
    await sleep(50);
  }
  throw new Error(`not within ${timeoutMs} ms: ${what}`);
}

export async function healthIs(container: string, status: string): Promise<boolean> {
  return (await inspect(container)).State.Health?.Status === status;
}
