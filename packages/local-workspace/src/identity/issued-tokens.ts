import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { replaceFile } from "../state/durable-file.ts";
import type { StateFolder } from "../state/state-folder.ts";

const common = { sha256: z.string(), principal: z.string(), expiresAt: z.number() };

/** A sign-in is one visit to the authorization endpoint. What comes from it is revoked together. */
const signIn = { signInId: z.string(), clientId: z.string(), scope: z.string(), spent: z.boolean() };

const accessSchema = z.object({
  kind: z.literal("access").default("access"),
  ...common,
  signInId: z.string().optional(),
  /** Tokens of earlier versions have none. */
  scope: z.string().default("all-apis"),
});
const refreshSchema = z.object({ kind: z.literal("refresh"), ...common, ...signIn });
const codeSchema = z.object({
  kind: z.literal("code"),
  ...common,
  ...signIn,
  redirectUri: z.string(),
  codeChallenge: z.string(),
  nonce: z.string().optional(),
});
const issuedSchema = z.union([codeSchema, refreshSchema, accessSchema]);

export type Issued = z.infer<typeof issuedSchema>;
export type RefreshToken = z.infer<typeof refreshSchema>;
export type AuthorizationCode = z.infer<typeof codeSchema>;

type Unsigned<Kind> = Kind extends Issued ? Omit<Kind, "sha256"> : never;

const PREFIXES = { access: "local-oauth", refresh: "local-refresh", code: "local-code" } as const;

/** Access tokens, refresh tokens and authorization codes. They survive a restart; only their digests are stored. */
export class IssuedTokens {
  readonly #folder: StateFolder;
  #byDigest: Map<string, Issued>;
  #writes: Promise<void> = Promise.resolve();

  private constructor(folder: StateFolder, issued: Issued[]) {
    this.#folder = folder;
    this.#byDigest = new Map(issued.map((one) => [one.sha256, one]));
  }

  static async open(folder: StateFolder): Promise<IssuedTokens> {
    const text = await readFile(folder.tokensFile, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "[]";
      throw error;
    });
    return new IssuedTokens(folder, z.array(issuedSchema).parse(JSON.parse(text)));
  }

  /** Undefined if it is unknown or of another kind. It can be spent or expired. */
  find<Kind extends Issued["kind"]>(kind: Kind, token: string): Extract<Issued, { kind: Kind }> | undefined {
    const issued = this.#byDigest.get(sha256(token));
    // The comparison narrows the union, which TypeScript does not see for a generic kind.
    return issued?.kind === kind ? (issued as Extract<Issued, { kind: Kind }>) : undefined;
  }

  /** Returns a new token. It is valid at once, and on disk after `keep`. */
  add(issued: Unsigned<Issued>): string {
    const token = `${PREFIXES[issued.kind]}-${randomBytes(32).toString("base64url")}`;
    const digest = sha256(token);
    this.#byDigest.set(digest, { ...issued, sha256: digest });
    return token;
  }

  /** False if it was spent before. Of two requests at once, only one can spend it. */
  spend(token: RefreshToken | AuthorizationCode): boolean {
    if (token.spent) return false;
    token.spent = true;
    return true;
  }

  revoke(token: string): void {
    this.#byDigest.delete(sha256(token));
  }

  revokeAll(which: (issued: Issued) => boolean): void {
    for (const issued of this.#byDigest.values()) {
      if (which(issued)) this.#byDigest.delete(issued.sha256);
    }
  }

  /** Resolves when every change so far is on disk. */
  keep(): Promise<void> {
    this.#forgetDead();
    const write = this.#writes.then(() =>
      replaceFile(
        this.#folder.tokensFile,
        JSON.stringify([...this.#byDigest.values()]),
        this.#folder.temporaryDir,
      ),
    );
    this.#writes = write.catch(() => {});
    return write;
  }

  /** What is spent stays known while its sign-in lives, since presenting it again ends that sign-in. */
  #forgetDead(): void {
    const unexpired = [...this.#byDigest.values()].filter((one) => one.expiresAt > Date.now());
    const signIns = new Set(unexpired.map(({ signInId }) => signInId));
    this.revokeAll(
      (one) => one.expiresAt <= Date.now() && !("spent" in one && one.spent && signIns.has(one.signInId)),
    );
  }
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
