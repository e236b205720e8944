import { type FrontDoor, FrontDoorError } from "@front-door/api-client";
import { arrowBatches } from "@front-door/api-client/arrow";
import { ArrowRows } from "./arrow-rows.ts";
import type { SqlStatement } from "./statements.ts";

/** The page holds so much of a result. A person who wants more wants a file: the command line writes one. */
const rowsMax = 1_000_000;
const bytesMax = 192 * 1024 * 1024;
/** A warehouse that starts takes minutes. It is the most that the front door takes. */
const timeoutMs = 300_000;
/** Ten times a second is enough for a person, and leaves the page time for everything else. */
const viewEveryMs = 100;
/** As the other pages do when what they ask is away. */
const askAgainAfterMs = 3_000;

export type QueryParams = Parameters<FrontDoor["executeQuery"]>[0];

export interface RunView {
  /**
   * `waiting`: the statement has not run, because something is away, and is sent again by itself. `partial`: the page holds no
   * more, and the rest was not read.
   */
  readonly phase: "running" | "waiting" | "complete" | "partial" | "cancelled" | "failed";
  readonly elapsedMs: number;
  readonly rowCount: number;
  readonly rows: ArrowRows;
  readonly error: Error | undefined;
}

/** One run of a statement: its rows as they arrive, and how it ended. A store for `useSyncExternalStore`. */
export class QueryRun {
  readonly statement: SqlStatement;
  readonly startedAt = new Date();
  readonly ended: Promise<void>;
  readonly #rows = new ArrowRows();
  readonly #controller = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #startedMs = performance.now();
  readonly #ticking: ReturnType<typeof setInterval>;
  #view: RunView;
  /** Why the statement has not run so far. */
  #obstacle: Error | undefined;

  constructor(frontDoor: FrontDoor, statement: SqlStatement, params: Omit<QueryParams, "sql">) {
    this.statement = statement;
    this.#view = { phase: "running", elapsedMs: 0, rowCount: 0, rows: this.#rows, error: undefined };
    this.#ticking = setInterval(() => this.#showProgress(), viewEveryMs);
    this.ended = this.#read(frontDoor, { timeout_ms: timeoutMs, ...params, sql: statement.sql });
  }

  readonly view = (): RunView => this.#view;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /** Stops at once: the front door sees that nobody reads, and cancels the statement. What has arrived stays. */
  cancel(): void {
    if (this.#hasEnded()) return;
    this.#end("cancelled");
    this.#controller.abort();
  }

  async #read(frontDoor: FrontDoor, params: QueryParams): Promise<void> {
    while (!this.#hasEnded()) {
      try {
        await this.#readOnce(frontDoor, params);
      } catch (error) {
        if (this.#hasEnded()) return;
        this.#obstacle = error instanceof Error ? error : new Error(String(error));
        // What has begun to come is not asked for a second time.
        if (!isRetryable(error) || this.#rows.count > 0) return this.#end("failed", this.#obstacle);
        this.#showProgress();
        await new Promise((resolve) => setTimeout(resolve, askAgainAfterMs));
      }
    }
  }

  async #readOnce(frontDoor: FrontDoor, params: QueryParams): Promise<void> {
    let restedAt = performance.now();
    const query = frontDoor.executeQuery(params, { signal: this.#controller.signal });
    for await (const batch of arrowBatches(query)) {
      this.#obstacle = undefined;
      this.#rows.add(batch);
      if (this.#rows.count > rowsMax || this.#rows.bytes > bytesMax) {
        this.#end("partial");
        return;
      }
      // Batches come faster than the page is drawn.
      if (performance.now() - restedAt > 16) {
        await new Promise((resolve) => setTimeout(resolve));
        restedAt = performance.now();
      }
    }
    this.#end("complete");
  }

  /** The first end counts: what a cancelled request still says is of no interest. */
  #end(phase: RunView["phase"], error?: Error): void {
    if (this.#hasEnded()) return;
    clearInterval(this.#ticking);
    this.#show(phase, error);
  }

  #hasEnded(): boolean {
    return this.#view.phase !== "running" && this.#view.phase !== "waiting";
  }

  #showProgress(): void {
    this.#show(this.#obstacle === undefined ? "running" : "waiting", this.#obstacle);
  }

  #show(phase: RunView["phase"], error?: Error): void {
    const rowCount = Math.min(this.#rows.count, rowsMax);
    this.#view = {
      phase,
      elapsedMs: performance.now() - this.#startedMs,
      rowCount,
      rows: this.#rows,
      error,
    };
    for (const changed of this.#listeners) changed();
  }
}

/** Whether the statement has not run, and can run later. */
function isRetryable(error: unknown): boolean {
  return error instanceof FrontDoorError && error.retryable;
}
