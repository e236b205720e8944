import { createRedactor, type Redactor } from "@front-door/service-runtime";
import type { GatewayConfig } from "../config/config.ts";

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

  add({ secrets, workspaces, tokenOrigins }: GatewayConfig): void {
    const origins = [...workspaces.map(({ origin }) => origin), ...tokenOrigins];
    const hosts = origins.map((origin) => new URL(origin).host);
    this.#hosts = [...new Set([...hosts, ...this.#hosts])];
    this.#secrets = [...new Set([...secrets, ...this.#secrets])].slice(0, secretsMax);
    this.#current = createRedactor(this.#hosts, this.#secrets);
  }
}
