import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type CredentialChange, credentialChangeSchema } from "../control/credential-change.ts";
import { replaceFile } from "../state/durable-file.ts";
import type { Seed } from "../state/seed.ts";
import type { StateFolder } from "../state/state-folder.ts";
import { type Principal, principalsOf } from "./principals.ts";

const issuedSchema = z.array(z.object({ sha256: z.string(), principal: z.string(), expiresAt: z.number() }));
type Issued = z.infer<typeof issuedSchema>[number];

/** The valid tokens: those of the seeded users, and those issued to service principals. */
export class Tokens {
  readonly #folder: StateFolder;
  readonly #clientSecrets: Map<string, string>;
  #oauthTokenSeconds: number;
  readonly #principals: Map<string, Principal>;
  readonly #personal = new Map<string, Principal>();
  #issued: Map<string, Issued>;
  #writes: Promise<void> = Promise.resolve();

  private constructor(folder: StateFolder, seed: Seed, issued: Issued[]) {
    this.#folder = folder;
    this.#clientSecrets = new Map(
      seed.servicePrincipals.map(({ applicationId, clientSecret }) => [applicationId, sha256(clientSecret)]),
    );
    this.#oauthTokenSeconds = seed.oauthTokenSeconds;
    this.#principals = new Map(principalsOf(seed).map((principal) => [principal.name, principal]));
    this.#issued = new Map(issued.map((one) => [one.sha256, one]));
    for (const user of seed.users) {
      const principal = this.#principals.get(user.userName);
      if (principal !== undefined) this.#personal.set(sha256(user.token), principal);
    }
  }

  /** Issued tokens survive a restart, as on Databricks. Only their digests are stored. */
  static async open(folder: StateFolder, seed: Seed): Promise<Tokens> {
    const text = await readFile(folder.tokensFile, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "[]";
      throw error;
    });
    return new Tokens(folder, seed, issuedSchema.parse(JSON.parse(text)));
  }

  /** Undefined if the token is unknown or has expired. */
  principal(token: string): Principal | undefined {
    const digest = sha256(token);
    const issued = this.#issued.get(digest);
    if (issued !== undefined && issued.expiresAt > Date.now()) return this.#principals.get(issued.principal);
    return this.#personal.get(digest);
  }

  /** Undefined if the id is unknown or the secret is wrong. */
  async issue(
    clientId: string,
    clientSecret: string,
  ): Promise<{ token: string; seconds: number } | undefined> {
    if (this.#clientSecrets.get(clientId) !== sha256(clientSecret)) return undefined;
    const token = `local-oauth-${randomBytes(32).toString("base64url")}`;
    const seconds = this.#oauthTokenSeconds;
    const digest = sha256(token);
    this.#issued.set(digest, { sha256: digest, principal: clientId, expiresAt: Date.now() + seconds * 1000 });
    await this.#keep();
    return { token, seconds };
  }

  /** Throws RangeError if the principal does not exist. */
  async change(change: CredentialChange): Promise<void> {
    const { addToken, revokeToken, setClientSecret, revokeIssuedTokens, oauthTokenSeconds } =
      credentialChangeSchema.parse(change);
    if (addToken !== undefined) {
      const principal = this.#principals.get(addToken.principal);
      if (principal === undefined)
        throw new RangeError(`The principal ${addToken.principal} does not exist.`);
      this.#personal.set(sha256(addToken.token), principal);
    }
    if (setClientSecret !== undefined) {
      const { applicationId, clientSecret } = setClientSecret;
      if (!this.#clientSecrets.has(applicationId))
        throw new RangeError(`The service principal ${applicationId} does not exist.`);
      this.#clientSecrets.set(applicationId, sha256(clientSecret));
    }
    if (revokeToken !== undefined) {
      this.#personal.delete(sha256(revokeToken));
      this.#issued.delete(sha256(revokeToken));
    }
    if (revokeIssuedTokens) this.#issued.clear();
    this.#oauthTokenSeconds = oauthTokenSeconds ?? this.#oauthTokenSeconds;
    await this.#keep();
  }

  #keep(): Promise<void> {
    const live = [...this.#issued.values()].filter((one) => one.expiresAt > Date.now());
    this.#issued = new Map(live.map((one) => [one.sha256, one]));
    const write = this.#writes.then(() =>
      replaceFile(
        this.#folder.tokensFile,
        JSON.stringify([...this.#issued.values()]),
        this.#folder.temporaryDir,
      ),
    );
    this.#writes = write.catch(() => {});
    return write;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
