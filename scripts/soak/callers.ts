import { createHash, randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { defaultSeed } from "@front-door/local-workspace/seed";

/** What a caller sends to sign in, until it is replaced. */
export interface Credential {
  readonly headers: Readonly<Record<string, string>>;
  /** Since when it is refused, by performance.now(). */
  refusedSince?: number;
}

/** Somebody who signs in by an API key, and runs as the gateway or as the user of a token of their own. */
export interface Caller {
  readonly name: string;
  /** The Databricks identity: a user name or an application id. */
  readonly identity: string;
  /** Where it may write files, if it may. */
  readonly volume: string | undefined;
  readonly mayInsert: boolean;
  key: string;
  token: string | undefined;
  credential: Credential;
}

const [principal] = defaultSeed.servicePrincipals;
if (principal === undefined) throw new Error("the seed has no service principal");
/** The gateway's own identity. */
export const gatewayPrincipal = principal;

const files = "/Volumes/main/default/files/soak";
const exports = "/Volumes/main/sales/exports/soak";

/** Two services that share the gateway's identity, and three users, of whom Bob may only read. */
export function makeCallers(): Caller[] {
  const service = {
    identity: gatewayPrincipal.applicationId,
    token: undefined,
    volume: files,
    mayInsert: true,
  };
  return [
    caller({ name: "ingest", ...service }),
    caller({ name: "reports", ...service }),
    caller({ name: "alice", ...user("alice"), volume: files, mayInsert: true }),
    caller({ name: "bob", ...user("bob"), volume: undefined, mayInsert: false }),
    caller({ name: "carol", ...user("carol"), volume: exports, mayInsert: false }),
  ];
}

function user(name: string): { identity: string; token: string } {
  const found = defaultSeed.users.find(({ userName }) => userName.startsWith(`${name}@`));
  if (found?.token === undefined) throw new Error(`the seed has no token of ${name}`);
  return { identity: found.userName, token: found.token };
}

function caller(facts: Omit<Caller, "key" | "credential">): Caller {
  const key = newKey();
  return { ...facts, key, credential: credentialOf(key, facts.token) };
}

export function newKey(): string {
  return `fdk_${randomBytes(32).toString("base64url")}`;
}

export function credentialOf(key: string, token: string | undefined): Credential {
  return {
    headers: { "x-api-key": key, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  };
}

/** Replaces the file as a whole, so that nobody sees a part of it. `more` are keys beside those that callers use now. */
export function writeKeys(
  file: string,
  callers: readonly Pick<Caller, "name" | "key">[],
  more: readonly Pick<Caller, "name" | "key">[] = [],
): void {
  const lines = [...callers, ...more].map(({ name, key }) =>
    JSON.stringify({
      name,
      sha256: createHash("sha256").update(key).digest("hex"),
      operations: ["*"],
      expires: "2100-01-01T00:00:00.000Z",
    }),
  );
  replaceFile(file, `${lines.join("\n")}\n`);
}

export function replaceFile(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
