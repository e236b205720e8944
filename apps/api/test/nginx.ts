import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const unpacked = fileURLToPath(new URL("../../../bench/.peers/nginx/usr/sbin/nginx", import.meta.url));
const onPath = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "nginx"));

/** This machine's nginx, or the one that `./scripts/bench.sh --install` unpacks. Undefined if there is none. */
export const nginxBinary = [...onPath, unpacked].find((path) => existsSync(path));

export interface Nginx {
  readonly url: string;
  close(): Promise<void>;
}

/** A real nginx on loopback, in a folder of its own, that passes everything on to `target`. */
export async function startNginx(target: string, directives: string): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), "nginx-"));
  const port = await freePort();
  const configFile = join(folder, "nginx.conf");
  await writeFile(configFile, configuration(folder, port, target, directives));
  const child: ChildProcess = spawn(nginxBinary ?? "nginx", ["-p", folder, "-c", configFile], {
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  const gone = once(child, "exit");
  while (!(await answers(`${url}/health`))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    await delay(20);
  }
  return {
    url,
    async close() {
      child.kill();
      await gone;
      await rm(folder, { recursive: true });
    },
  };
}

function configuration(folder: string, port: number, target: string, directives: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http {
  access_log off; client_max_body_size 0;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
  server {
    listen 127.0.0.1:${port};
    location / { ${directives} proxy_set_header Host $host; proxy_pass ${target}; }
  }
}
`;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
