import { createRedactor, type Redactor } from "@front-door/redaction";
import type { OwnIdentity } from "../auth/identity.ts";
import type { GatewayConfig } from "../config.ts";

const secretsMax = 64;

/** Knows every secret that the settings have named since the process started, the newest 64 of them, word for word. */
export class LiveRedactor {
  #hosts: readonly string[] = [];
  #secrets: readonly string[] = [];
  #current: Redactor = createRedactor([], []);

  constructor(config: GatewayConfig) {
    this.add(config);
  }

  /** For everything that this process says. */
  readonly redact: Redactor = (text) => this.#current(text);

  add({ secret, workspaces, tokenOrigins }: GatewayConfig): void {
    const origins = [...workspaces.map(({ origin }) => origin), ...tokenOrigins];
    const hosts = origins.map((origin) => new URL(origin).host);
    const secrets = [secret, ...workspaces.flatMap(({ identity }) => secretsOf(identity))];
    this.#hosts = [...new Set([...hosts, ...this.#hosts])];
    this.#secrets = [...new Set([...secrets, ...this.#secrets])].slice(0, secretsMax);
    this.#current = createRedactor(this.#hosts, this.#secrets);
  }
}

/** A client id is a name, and stands in `/ready` and in the audit log. */
function secretsOf(identity: OwnIdentity | undefined): string[] {
  if (identity === undefined) return [];
  const { credentials } = identity;
  return ["token" in credentials ? credentials.token : credentials.clientSecret];
}
