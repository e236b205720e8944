/** The checks as they come, and the table of them at the end. */
export class Report {
  readonly #lines: { readonly ok: boolean; readonly what: string; readonly seen: string }[] = [];

  /** Runs one check: it returns what it saw, or throws when that is not what has to be. */
  async check(what: string, look: () => string | Promise<string>): Promise<void> {
    try {
      this.#add(true, what, await look());
    } catch (error) {
      this.#add(false, what, error instanceof Error ? error.message : String(error));
    }
  }

  #add(ok: boolean, what: string, seen: string): void {
    this.#lines.push({ ok, what, seen });
    console.log(`${ok ? "ok    " : "FAILED"}  ${what}: ${seen}`);
  }

  get failed(): number {
    return this.#lines.filter(({ ok }) => !ok).length;
  }

  print(): void {
    const width = Math.max(...this.#lines.map(({ what }) => what.length));
    console.log("");
    for (const { ok, what, seen } of this.#lines) {
      console.log(`${ok ? "ok    " : "FAILED"}  ${what.padEnd(width)}  ${seen}`);
    }
    console.log(`container: ${this.#lines.length - this.failed} passed, ${this.failed} failed`);
  }
}

export function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
