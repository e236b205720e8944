/** What became of requests, and every reply that was wrong. */
export class Judge {
  readonly #counts = new Map<string, number>();
  readonly wrongs: string[] = [];
  readonly #onWrong: (line: string) => void;
  wrongCount = 0;
  /** Replies whose content was compared with what it had to be. */
  checked = 0;

  constructor(onWrong: (line: string) => void) {
    this.#onWrong = onWrong;
  }

  count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  /** The first hundred are kept. */
  wrong(what: string, found: unknown): void {
    this.wrongCount += 1;
    const line = `${what}: ${JSON.stringify(found)?.slice(0, 1_000)}`;
    if (this.wrongs.length >= 100) return;
    this.wrongs.push(line);
    this.#onWrong(line);
  }

  /** Counts a comparison, and a difference as a wrong reply. */
  expect(isRight: boolean, what: string, found: () => unknown): void {
    this.checked += 1;
    if (!isRight) this.wrong(what, found());
  }

  counts(): [string, number][] {
    return [...this.#counts].toSorted(([one], [other]) => (one < other ? -1 : 1));
  }
}
