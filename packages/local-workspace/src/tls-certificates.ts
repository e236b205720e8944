import { randomBytes, X509Certificate } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { generate } from "selfsigned";
import { ocspResponseFor } from "./ocsp-response.ts";
import { replaceFile } from "./state/durable-file.ts";
import type { StateFolder } from "./state/state-folder.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const CA_DAYS = 3650;
const SERVER_DAYS = 365;

export interface Certificates {
  caFile: string;
  key: string;
  /** The server's certificate of this start, signed by the CA. */
  cert: string;
  /** That the certificate is not revoked, in the CA's words. */
  ocspResponse(): Promise<Buffer>;
}

/** The CA is created once and kept, so that clients can trust it. The server's certificate is new at each start. */
export async function certificates(folder: StateFolder, hosts: readonly string[]): Promise<Certificates> {
  const caFile = join(folder.tlsDir, "ca.pem");
  const ca = (await keptCa(folder, caFile)) ?? (await makeCa(folder, caFile));
  const names = [...new Set(["localhost", "127.0.0.1", "::1", ...hosts])];
  const server = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    ca,
    ...validity(SERVER_DAYS),
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  let response: Promise<Buffer> | undefined;
  // Signed for the first client that asks: few do, and it takes as long as a certificate.
  const ocspResponse = () => (response ??= ocspResponseFor(server.cert, ca, SERVER_DAYS * DAY_MS));
  return { caFile, key: server.private, cert: server.cert, ocspResponse };
}

interface Ca {
  key: string;
  cert: string;
}

/** Undefined if there is none yet, or if it would expire before a new server certificate. */
async function keptCa(folder: StateFolder, caFile: string): Promise<Ca | undefined> {
  try {
    const ca = { cert: await readFile(caFile, "utf8"), key: await readFile(caKeyFile(folder), "utf8") };
    const end = Date.parse(new X509Certificate(ca.cert).validTo);
    return end > Date.now() + SERVER_DAYS * DAY_MS ? ca : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function makeCa(folder: StateFolder, caFile: string): Promise<Ca> {
  // Each CA has a name of its own. OpenSSL looks a CA up by name, so of two with one name only the first is ever found.
  const commonName = `Local workspace CA ${randomBytes(4).toString("hex")}`;
  const made = await generate([{ name: "commonName", value: commonName }], {
    keyType: "ec",
    algorithm: "sha256",
    ...validity(CA_DAYS),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  await mkdir(folder.tlsDir, { recursive: true, mode: 0o700 });
  // The key first: a certificate without its key would be kept forever.
  await replaceFile(caKeyFile(folder), made.private, folder.temporaryDir);
  await replaceFile(caFile, made.cert, folder.temporaryDir);
  return { key: made.private, cert: made.cert };
}

function caKeyFile(folder: StateFolder): string {
  return join(folder.tlsDir, "ca-key.pem");
}

function validity(days: number) {
  // A day in the past, because the clocks of containers differ.
  const notBeforeDate = new Date(Date.now() - DAY_MS);
  return { notBeforeDate, notAfterDate: new Date(notBeforeDate.getTime() + days * DAY_MS + DAY_MS) };
}
