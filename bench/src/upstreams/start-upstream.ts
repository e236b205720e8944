import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultSeed } from "@front-door/local-workspace";
import { generate } from "selfsigned";
import { freePorts } from "../free-ports.ts";
import { nodeProcess, untilAnswers } from "../measured-process.ts";
import type { Upstream, UpstreamKind } from "./upstream.ts";

/** Starts the upstream as a process of its own, and waits until it answers. */
export async function startUpstream(kind: UpstreamKind, folder: string): Promise<Upstream> {
  const [port = 0] = await freePorts(1);
  switch (kind) {
    case "fixed replies":
      return fixedReplies(port, folder);
    case "fixed rows":
      return fixedRows(port, folder);
    default:
      return localWorkspace(port, folder);
  }
}

async function fixedReplies(port: number, folder: string): Promise<Upstream> {
  const file = new URL("./fixed-reply.ts", import.meta.url);
  const process = nodeProcess({ name: "upstream", file, args: ["--port", String(port)], folder });
  const origin = `http://127.0.0.1:${port}`;
  await untilAnswers(`${origin}/health`, [process]);
  return {
    kind: "fixed replies",
    origin,
    token: "a-token-for-the-bench",
    warehouseId: "0123456789abcdef",
    process,
  };
}

async function fixedRows(port: number, folder: string): Promise<Upstream> {
  const { caFile, keyFile, certFile } = await certificates(folder);
  const file = new URL("./fixed-sql.ts", import.meta.url);
  const args = ["--port", String(port), "--key", keyFile, "--cert", certFile];
  const process = nodeProcess({ name: "upstream", file, args, folder });
  const origin = `https://127.0.0.1:${port}`;
  await untilAnswers(`${origin}/health`, [process], { ca: readFileSync(caFile, "utf8") });
  return {
    kind: "fixed rows",
    origin,
    caFile,
    token: "a-token-for-the-bench",
    warehouseId: "0123456789abcdef",
    process,
  };
}

async function localWorkspace(port: number, folder: string): Promise<Upstream> {
  const dir = join(folder, "workspace");
  const process = nodeProcess({
    name: "upstream",
    file: new URL("../../../packages/local-workspace/src/server.ts", import.meta.url),
    env: {
      LOCAL_WORKSPACE_PORT: String(port),
      LOCAL_WORKSPACE_DIR: dir,
      LOCAL_WORKSPACE_TLS: "true",
      LOCAL_WORKSPACE_SAMPLE_DATA: "false",
      LOG_LEVEL: "error",
    },
    folder,
  });
  const caFile = join(dir, "tls", "ca.pem");
  const origin = `https://127.0.0.1:${port}`;
  await untilCaIsThere(caFile);
  await untilAnswers(`${origin}/oidc/.well-known/oauth-authorization-server`, [process], {
    ca: readFileSync(caFile, "utf8"),
  });
  const [alice] = defaultSeed.users;
  if (alice === undefined) throw new Error("the local workspace's seed has no user");
  return {
    kind: "local workspace",
    origin,
    caFile,
    token: alice.token,
    warehouseId: "a1b2c3d4e5f60718",
    process,
  };
}

async function untilCaIsThere(file: string): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    try {
      if (readFileSync(file, "utf8").includes("END CERTIFICATE")) return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the local workspace wrote no certificate");
}

async function certificates(folder: string) {
  const dir = join(folder, "tls");
  mkdirSync(dir, { recursive: true });
  const validity = {
    notBeforeDate: new Date(Date.now() - 3_600_000),
    notAfterDate: new Date(Date.now() + 864e5),
  };
  const ca = await generate([{ name: "commonName", value: "bench CA" }], {
    keyType: "ec",
    algorithm: "sha256",
    ...validity,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    ca: { key: ca.private, cert: ca.cert },
    ...validity,
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  });
  const files = {
    caFile: join(dir, "ca.pem"),
    keyFile: join(dir, "key.pem"),
    certFile: join(dir, "cert.pem"),
  };
  writeFileSync(files.caFile, ca.cert);
  writeFileSync(files.keyFile, server.private, { mode: 0o600 });
  writeFileSync(files.certFile, server.cert);
  return files;
}
