import type { Seed } from "../state/seed.ts";
import type { StateFolder } from "../state/state-folder.ts";
import { IssuedTokens, sha256 } from "./issued-tokens.ts";
import { type Principal, principalsOf } from "./principals.ts";

/** The valid bearer tokens: those of the seeded users, and those that the token endpoint issued. */
export class Tokens {
  readonly issued: IssuedTokens;
  readonly #principals: Map<string, Principal>;
  readonly #personal = new Map<string, Principal>();

  private constructor(issued: IssuedTokens, seed: Seed) {
    this.issued = issued;
    this.#principals = new Map(principalsOf(seed).map((principal) => [principal.name, principal]));
    for (const { userName, token } of seed.users) this.addPersonal(userName, token);
  }

  static async open(folder: StateFolder, seed: Seed): Promise<Tokens> {
    return new Tokens(await IssuedTokens.open(folder), seed);
  }

  /** The principal of a bearer token. Undefined if the token is unknown or has expired. */
  principal(token: string): Principal | undefined {
    const issued = this.issued.find("access", token);
    if (issued !== undefined && issued.expiresAt > Date.now()) return this.#principals.get(issued.principal);
    return this.#personal.get(sha256(token));
  }

  /** The OAuth scopes of an access token. Undefined for a user's own token, which has none. */
  scopes(token: string): string[] | undefined {
    return this.issued.find("access", token)?.scope.split(" ");
  }

  /** By userName or application id. */
  principalNamed(name: string): Principal | undefined {
    return this.#principals.get(name);
  }

  /** Throws RangeError if the principal does not exist. */
  addPersonal(name: string, token: string): void {
    const principal = this.#principals.get(name);
    if (principal === undefined) throw new RangeError(`The principal ${name} does not exist.`);
    this.#personal.set(sha256(token), principal);
  }

  /** Revokes a token of any kind. */
  revoke(token: string): void {
    this.#personal.delete(sha256(token));
    this.issued.revoke(token);
  }
}
