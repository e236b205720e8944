import { createRedactor, type Redactor } from "@front-door/service-runtime";
import type { GatewayConfig } from "../config/config.ts";

const secretsMax = 64;

/** Redacts every secret that the settings have had since the process started; it keeps the newest 64. */
export class LiveRedactor {
  #hosts: readonly string[] = [];
  #secrets: readonly string[] = [];
  #current: Redactor = createRedactor([], []);

  constructor(config: GatewayConfig) {
    this.add(config);
  }

  /** For everything that this process logs or replies. */
  readonly redact: Redactor = (text) => this.#current(text);

  add({ secrets, workspaces, tokenOnly }: GatewayConfig): void {
    const origins = [...workspaces, ...tokenOnly].map(({ origin }) => origin);
    const hosts = origins.map((origin) => new URL(origin).host);
    this.#hosts = [...new Set([...hosts, ...this.#hosts])];
    this.#secrets = [...new Set([...secrets, ...this.#secrets])].slice(0, secretsMax);
    this.#current = createRedactor(this.#hosts, this.#secrets);
  }
}
