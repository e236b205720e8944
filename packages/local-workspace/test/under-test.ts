import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type Dispatcher, Pool } from "undici";
import { onTestFinished } from "vitest";
import {
  defaultSeed,
  type LocalWorkspace,
  type LocalWorkspaceOptions,
  startLocalWorkspace,
} from "../src/index.ts";

export const ALICE = "local-token-alice";
export const BOB = "local-token-bob";
export const CAROL = "local-token-carol";
export const FILES = "/api/2.0/fs/files/Volumes/main/default/files";
export const DIRECTORIES = "/api/2.0/fs/directories/Volumes/main/default/files";
export const UC = "/api/2.1/unity-catalog";

export const [gatewayPrincipal] = defaultSeed.servicePrincipals;

interface CallOptions {
  token?: string | null;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
  // Tests read replies of many shapes, and a wrong assumption fails the test.
  // oxlint-disable-next-line typescript/no-explicit-any
  json: any;
}

export interface UnderTest {
  workspace: LocalWorkspace;
  dir: string;
  /** Sends the path exactly as written. Default token: Alice's; null sends none. */
  call: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
}

export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "local-workspace-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Starts a workspace for this test alone; it is closed at the end of the test. */
export async function startForTest(options: Partial<LocalWorkspaceOptions> = {}): Promise<UnderTest> {
  const dir = options.dir ?? (await temporaryDir());
  // The first statement loads DuckDB, which takes a busy machine longer than a client would wait.
  const sqlLimits = { directResultsWaitMs: 60_000, ...options.sqlLimits };
  const workspace = await startLocalWorkspace({ dir, ...options, sqlLimits });
  onTestFinished(() => workspace.close());
  const client = new Pool(workspace.url);
  onTestFinished(() => client.destroy());
  return { workspace, dir, call: (method, path, callOptions) => send(client, method, path, callOptions) };
}

export async function send(
  client: Dispatcher,
  method: string,
  path: string,
  { token = ALICE, headers = {}, body }: CallOptions = {},
): Promise<Answer> {
  const raw =
    body === undefined || typeof body === "string" || Buffer.isBuffer(body) || body instanceof Readable;
  const response = await client.request({
    method,
    path,
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
    body: raw ? (body ?? null) : JSON.stringify(body),
  });
  const bytes = Buffer.from(await response.body.arrayBuffer());
  const isJson = String(response.headers["content-type"]).includes("json");
  return {
    status: response.statusCode,
    headers: response.headers,
    bytes,
    json: isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined,
  };
}

/** The entries of every page of a listing. */
export async function pages(
  call: UnderTest["call"],
  path: string,
  field: string,
  token: string = ALICE,
): Promise<{ name: string }[][]> {
  const found: { name: string }[][] = [];
  let next = "";
  do {
    const separator = path.includes("?") ? "&" : "?";
    const { json, status } = await call("GET", next === "" ? path : `${path}${separator}page_token=${next}`, {
      token,
    });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(json)}`);
    found.push(json[field] ?? []);
    next = json.next_page_token ?? "";
  } while (next !== "");
  return found;
}

export function temporaryFiles(dir: string): Promise<string[]> {
  return readdir(join(dir, "temporary"));
}
