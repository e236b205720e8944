import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";

// What can be checked without a container engine. scripts/container-check.sh checks the rest.

const root = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const readBase = (file: string) => parse(read(`deploy/kubernetes/base/${file}`));

describe("the files that make the image", () => {
  it("the image, the compose file and the Kubernetes base have the version of package.json", () => {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    expect(read("Dockerfile")).toContain(`ARG VERSION=${version}\n`);
    expect(read("docker-compose.yml")).toContain(`databricks-front-door:${version}}`);
    expect(read("deploy/kubernetes/base/kustomization.yaml")).toContain(`newTag: ${version}\n`);
  });

  it("the disruption budget and the network policy of the Kubernetes base are for the front door's pods", () => {
    // Kustomize writes the labels into the selectors of the Deployment and the Service alone.
    const [labels] = readBase("kustomization.yaml").labels;
    expect(readBase("pod-disruption-budget.yaml").spec.selector).toEqual({ matchLabels: labels.pairs });
    expect(readBase("network-policy.yaml").spec.podSelector).toEqual({ matchLabels: labels.pairs });
  });

  it("the scripts of the image and its entry agree on the ids of the two users", () => {
    const users = [...read("scripts/container/prepare-system.sh").matchAll(/^user (\S+) (\d+)$/gm)];
    expect(users.map(([, name]) => name)).toEqual(["front-door", "gateway"]);
    const entry = read("scripts/container/entry.ts").replaceAll("_", "");
    for (const [, name, id] of users)
      expect(entry).toContain(`{ uid: ${id}, gid: ${id} }, home: "/var/lib/${name}"`);
    expect(read("scripts/container/install-modules.sh")).toContain(`chgrp -R ${users[1]?.[2]} `);
  });

  it("the image is built from the Node version that the repository is tested with, and from no other image", () => {
    const [major] = read(".node-version").split(".");
    const dockerfile = read("Dockerfile");
    expect(dockerfile).toContain(`\nARG BASE_IMAGE=node:${major}-bookworm-slim\n`);
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases)).toEqual(new Set(["${BASE_IMAGE}", "scratch"]));
  });

  it("the image gets what the packages in each program's bundle need, not only the program's own dependencies", () => {
    for (const name of ["api", "databricks-gateway", "local-workspace"])
      expect(read("Dockerfile")).toContain(`--filter-prod @front-door/${name}... `);
  });
});

describe("the programs of the image", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "front-door-image-"));
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, "scripts/container/build.ts"), folder],
      { encoding: "utf8" },
    );
    if (status !== 0 || stderr !== "") throw new Error(`the build failed (exit code ${status}): ${stderr}`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("the programs of the image are plain JavaScript without source maps, and contain our own packages", () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["server.js", "entry.js", "health.js"]),
    );
    for (const { name, parentPath } of files.filter((file) => !file.parentPath.includes("apps/console"))) {
      expect(name).toMatch(/\.js$|^package\.json$|^LICENSE$/);
      expect(readFileSync(join(parentPath, name), "utf8")).not.toMatch(
        /from "@front-door\/|sourceMappingURL=/,
      );
    }
  });

  it("the image has the console's build, without what only the build needs", () => {
    const names = readdirSync(join(folder, "apps/console/dist"), { recursive: true }).map(String);
    expect(names).toContain("index.html");
    expect(names.filter((name) => !/^(assets|.+\.(css|html|js|svg|woff2))$/.test(name))).toEqual([]);
  });

  it("the programs that run as root load no package", () => {
    for (const name of ["entry.js", "health.js"]) {
      const text = readFileSync(join(folder, "scripts/dist", name), "utf8");
      const imports = [...text.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, id]) => id);
      expect(imports.length).toBeGreaterThan(0);
      expect(imports.filter((id) => !id?.startsWith("node:"))).toEqual([]);
    }
  });

  it.each([
    { status: 200, code: 0 },
    { status: 503, code: 1 },
  ])(
    "the health check exits with $code when /ready returns $status, and prints its reply",
    async ({ status, code }) => {
      const seen: string[] = [];
      const server = createServer((req, res) => {
        seen.push(`${req.url}`);
        res.writeHead(status).end('{"error":"the reason"}');
      }).listen(0, "127.0.0.1");
      onTestFinished(() => void server.close());
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      expect(await health({ PORT: String(port) })).toEqual({
        code,
        output: '{"error":"the reason"}',
      });
      expect(seen).toEqual(["/ready?deep=true"]);
    },
  );

  it.each([
    { settings: {}, path: "/health", via: "its port" },
    { settings: { GATEWAY_SOCKET: "socket" }, path: "/health", via: "its socket" },
    { settings: { GATEWAY_PORT: "off" }, path: "/ready", via: "the front door" },
  ])("the health check of the gateway alone asks it through $via: $settings", async ({ settings, path }) => {
    const seen: string[] = [];
    const server = createServer((req, res) => {
      seen.push(`${req.url}`);
      res.end();
    });
    onTestFinished(() => void server.close());
    const socket = join(folder, "gateway.sock");
    server.listen("GATEWAY_SOCKET" in settings ? socket : { port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? String(address?.port) : "1";
    const env = "GATEWAY_SOCKET" in settings ? { ...settings, GATEWAY_SOCKET: socket } : settings;
    expect(await health({ PORT: port, GATEWAY_PORT: port, ...env }, "gateway")).toEqual({
      code: 0,
      output: "",
    });
    expect(seen).toEqual([path]);
  });

  it("the health check exits with 1 when nothing listens", async () => {
    const { code, output } = await health({ PORT: "1" });
    expect(code).toBe(1);
    expect(output).toContain("no answer: connect ECONNREFUSED");
  });

  async function health(
    env: Record<string, string>,
    ...args: readonly string[]
  ): Promise<{ code: number | null; output: string }> {
    const program = join(folder, "scripts/dist/health.js");
    const child = spawn(process.execPath, [program, ...args], { env, stdio: "pipe" });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code, output };
  }
});
