import { allRefused, type StrangersOutcome, strangerProgram } from "../../stranger.ts";
import { docker, nodeInside, tryDocker, words } from "./docker.ts";
import { expect, type Report } from "./report.ts";

export interface SeenProcess {
  readonly pid: string;
  readonly command: string;
  readonly status: Readonly<Record<string, string>>;
}

const listProcesses = `
  const { readdirSync, readFileSync } = require("node:fs");
  const seen = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\\d+$/.test(name) && name !== String(process.pid))) {
    try {
      const command = readFileSync("/proc/" + pid + "/cmdline", "utf8").replaceAll("\\0", " ").trim();
      const status = Object.fromEntries(
        readFileSync("/proc/" + pid + "/status", "utf8").split("\\n").map((line) => line.split(/:\\s*/)));
      if (command !== "") seen.push({ pid, command, status });
    } catch {}
  }
  console.log(JSON.stringify(seen));
`;

export async function processesIn(container: string): Promise<SeenProcess[]> {
  return JSON.parse(await nodeInside(container, "root", listProcesses)) as SeenProcess[];
}

export function find(seen: readonly SeenProcess[], part: string): SeenProcess {
  const process = seen.find(({ command }) => command.startsWith(`/usr/local/bin/node ${part}`));
  if (process === undefined) throw new Error(`no process of ${part} runs`);
  return process;
}

/** The environment that a process was started with, read as its own user. */
export async function environOf(container: string, { pid, status }: SeenProcess): Promise<string> {
  const uid = status["Uid"]?.split(/\s+/)[0] ?? "";
  return docker(["exec", "--user", uid, container, "cat", `/proc/${pid}/environ`]);
}

// Perl is in every Debian and can make any system call: 101 and 117 are ptrace on amd64 and arm64, 16 is PTRACE_ATTACH.
const ptrace = (pid: string) =>
  `$! = 0; syscall(${process.arch === "arm64" ? 117 : 101}, 16, ${pid}, 0, 0) == 0 ? print "attached" : print "$!";`;

const reach = `
  const fs = require("node:fs");
  const tries = {
    environ: (pid) => fs.readFileSync("/proc/" + pid + "/environ"),
    memory: (pid) => fs.openSync("/proc/" + pid + "/mem", "r"),
    maps: (pid) => fs.readFileSync("/proc/" + pid + "/maps"),
    descriptors: (pid) => fs.readdirSync("/proc/" + pid + "/fd"),
    folder: (pid) => fs.readlinkSync("/proc/" + pid + "/cwd"),
    signal: (pid) => process.kill(Number(pid), "SIGCONT"),
  };
  const files = ["/app/apps/databricks-gateway", "/var/lib/gateway", "/data/local-workspace"];
  const attempts = [
    ...JSON.parse(process.argv[1]).flatMap((pid) => Object.entries(tries).map(([name, act]) => [name + " of " + pid, () => act(pid)])),
    ...files.map((file) => [file, () => (fs.statSync(file).isDirectory() ? fs.readdirSync(file) : fs.readFileSync(file))]),
  ];
  const reached = attempts.filter(([, act]) => { try { act(); return true; } catch (e) { return !/^(EACCES|EPERM)$/.test(e.code); } });
  console.log(JSON.stringify({ attempts: attempts.length, reached: reached.map(([name]) => name) }));
`;

/** The path of the gateway's socket. */
export async function socketOf(container: string): Promise<string> {
  const environ = await environOf(container, find(await processesIn(container), "/app/apps/api"));
  return /GATEWAY_SOCKET=([^\0]+)/.exec(environ)?.[1] ?? "";
}

/** What a user of the container achieves with the gateway's socket and port. */
export async function tryAs(
  container: string,
  user: string,
  args: readonly string[],
): Promise<StrangersOutcome> {
  return JSON.parse(await nodeInside(container, user, strangerProgram, args)) as StrangersOutcome;
}

/** What the front door's user reaches of the gateway, of the entry and of init: it has to be nothing. */
export async function checkIsolation(report: Report, container: string): Promise<void> {
  const seen = await processesIn(container);
  const gateway = find(seen, "/app/apps/databricks-gateway");
  const entry = find(seen, "/app/scripts/dist/entry.js");
  await report.check("the front door's user is refused everything of the gateway's", async () => {
    const pids = [gateway.pid, entry.pid, "1"];
    const { attempts, reached } = JSON.parse(
      await nodeInside(container, "front-door", reach, [JSON.stringify(pids)]),
    ) as { attempts: number; reached: string[] };
    expect(reached.length === 0, `reached: ${reached.join(", ")}`);
    return `${attempts} attempts on environ, memory, maps, descriptors, signals and files: all refused`;
  });
  await report.check(
    "the gateway's socket is the front door's to connect to, and nobody's to replace",
    async () => {
      const socket = await socketOf(container);
      for (const [user, connect] of [
        ["front-door", "done"],
        ["65534:65534", "EACCES"],
      ] as const) {
        const { attempts } = await tryAs(container, user, [socket]);
        const expected = { ...allRefused, connect };
        expect(JSON.stringify(attempts) === JSON.stringify(expected), `${user}: ${JSON.stringify(attempts)}`);
      }
      return `${socket}: ${Object.keys(allRefused).length} attempts each of the front door's user and of another`;
    },
  );
  await report.check("the front door's user may not ptrace the gateway", async () => {
    const attach = (pid: string) =>
      docker(["exec", "--user", "front-door", container, "perl", "-e", ptrace(pid)]);
    const refused = await attach(gateway.pid);
    expect(/not permitted/.test(refused), `the answer was: ${refused}`);
    // The same call on a child of the same user: shows that it is the user that is refused, and not the call.
    const own = await docker([
      ...words(`exec --user front-door ${container} perl -e`),
      `my $child = fork(); if ($child == 0) { sleep 5; exit } ${ptrace("$child")} kill "KILL", $child;`,
    ]);
    expect(own === "attached", `a process of its own: ${own}`);
    return `${refused} (a process of its own: ${own})`;
  });
  await report.check("both apps: no capability, a user of their own, no new privileges, seccomp", () => {
    const users = ["/app/apps/api", "/app/apps/databricks-gateway"].map((part) => {
      const { status } = find(seen, part);
      const { CapInh, CapPrm, CapEff, CapAmb, NoNewPrivs, Seccomp, Uid = "", Gid = "", Groups } = status;
      const none = [CapInh, CapPrm, CapEff, CapAmb].every((set) => /^0+$/.test(set ?? ""));
      expect(none && NoNewPrivs === "1" && Seccomp === "2" && Groups === "", JSON.stringify(status));
      const ids = new Set(`${Uid}\t${Gid}`.split(/\s+/));
      expect(ids.size === 1 && !ids.has("0"), `Uid ${Uid}, Gid ${Gid}`);
      return [...ids].join("");
    });
    expect(new Set(users).size === 2, `both run as ${users[0]}`);
    return `uid ${users.join(" and ")}, CapEff 0, NoNewPrivs 1, Seccomp 2, no groups`;
  });
  await report.check(
    "no DATABRICKS_ in the environment of init and of the front door; the entry's cannot be read",
    async () => {
      const environ = await environOf(container, find(seen, "/app/apps/api"));
      expect(!environ.includes("DATABRICKS_"), "the front door has it");
      const { output } = await tryDocker([
        ...words(`exec --user root ${container} cat`),
        `/proc/${entry.pid}/environ`,
      ]);
      expect(output.includes("Permission denied"), `root reads the entry's: ${output}`);
      const init = seen.find(({ pid }) => pid === "1");
      expect(init?.command.includes("tini") === true, `init is ${init?.command}`);
      expect((await environOf(container, init)) === "", "init has an environment");
      expect((await environOf(container, gateway)).includes("DATABRICKS_"), "the gateway has none either");
      return "none; the gateway alone has them; that of init is empty, and the entry's is refused even to root";
    },
  );
}
