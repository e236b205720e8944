import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { freePorts } from "../free-ports.ts";
import { processFigures } from "../measure/process-figures.ts";
import { MeasuredProcess, untilAnswers } from "../measured-process.ts";
import { peers } from "../peers.ts";
import { type Contender, stopAll } from "./contender.ts";
import { databricksRoutes } from "./databricks-routes.ts";

function binary(): string | undefined {
  const installed = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "nginx"));
  return [peers.nginx, ...installed].find((path) => existsSync(path));
}

export const nginx: Contender = {
  name: "nginx, two hops",
  what: "two nginx proxies of one worker each, one behind the other, that pass bytes on. A limit, not a product",
  missing: () =>
    binary() === undefined ? "nginx is not installed: ./scripts/bench.sh --install" : undefined,
  routes: databricksRoutes,
  async start(upstream, folder) {
    const [first = 0, second = 0] = await freePorts(2);
    const start = (name: string, port: number, target: string) => {
      const prefix = join(folder, `nginx-${port}`);
      mkdirSync(prefix);
      writeFileSync(join(prefix, "nginx.conf"), configuration(prefix, port, target, upstream.token));
      const args = ["-p", prefix, "-c", join(prefix, "nginx.conf")];
      return new NginxProcess({ name, command: binary() ?? "nginx", args, folder });
    };
    const processes = [
      start("nginx 1", first, `127.0.0.1:${second}`),
      start("nginx 2", second, new URL(upstream.origin).host),
    ];
    const origin = `http://127.0.0.1:${first}`;
    await untilAnswers(`${origin}/health`, processes);
    return { origin, processes, stop: () => stopAll(processes) };
  },
};

/** nginx works in a child of the process that is started. */
class NginxProcess extends MeasuredProcess {
  override figures() {
    const figures = this.#pids().map(processFigures);
    const sum = (of: (each: (typeof figures)[number]) => number) =>
      figures.reduce((total, each) => total + of(each), 0);
    return {
      cpuMs: sum((each) => each.cpuMs),
      rssMib: sum((each) => each.rssMib),
      peakRssMib: sum((each) => each.peakRssMib),
    };
  }

  #pids(): number[] {
    const children = readdirSync("/proc").filter((entry) => {
      if (!/^\d+$/.test(entry)) return false;
      try {
        return new RegExp(`^PPid:\\t${this.pid}$`, "m").test(readFileSync(`/proc/${entry}/status`, "utf8"));
      } catch {
        return false;
      }
    });
    return [this.pid, ...children.map(Number)];
  }
}

function configuration(prefix: string, port: number, target: string, token: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
worker_processes 1; daemon off; pid ${prefix}/pid; error_log stderr;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 10000000; client_max_body_size 0;
  ${temporary.map((name) => `${name}_temp_path ${prefix}/${name};`).join(" ")}
  upstream target { server ${target}; keepalive 1024; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass http://target; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer ${token}"; proxy_request_buffering off; proxy_max_temp_file_size 0;
    }
  }
}
`;
}
