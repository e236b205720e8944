import { readFile } from "node:fs/promises";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";
import { replaceFile } from "../state/durable-file.ts";
import type { StateFolder } from "../state/state-folder.ts";

/** Returns the private key that signs id tokens. It is made when it is first wanted, and kept in the state folder. */
export function signingKeyOf(folder: StateFolder): () => Promise<JWK> {
  let key: Promise<JWK> | undefined;
  return () => (key ??= readOrMake(folder));
}

/** What `/oidc/jwks.json` publishes of it. */
export function publicPart({ kty, kid, alg, use, n, e }: JWK): object {
  return { kty, kid, alg, use, n, e };
}

async function readOrMake(folder: StateFolder): Promise<JWK> {
  const text = await readFile(folder.signingKeyFile, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text !== undefined) return JSON.parse(text) as JWK;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  const key = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: "RS256", use: "sig" };
  await replaceFile(folder.signingKeyFile, JSON.stringify(key), folder.temporaryDir);
  return key;
}
