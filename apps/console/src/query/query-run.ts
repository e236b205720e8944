import type { FrontDoor } from "@front-door/api-client";
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

export type QueryParams = Parameters<FrontDoor["executeQuery"]>[0];

export interface RunView {
  /** `partial`: the page holds no more, and the rest was not read. */
  readonly phase: "running" | "complete" | "partial" | "cancelled" | "failed";
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

  constructor(frontDoor: FrontDoor, statement: SqlStatement, params: Omit<QueryParams, "sql">) {
    this.statement = statement;
    this.#view = { phase: "running", elapsedMs: 0, rowCount: 0, rows: this.#rows, error: undefined };
    this.#ticking = setInterval(() => this.#show("running"), viewEveryMs);
    this.ended = this.#read(frontDoor, { timeout_ms: timeoutMs, ...params, sql: statement.sql });
  }

  readonly view = (): RunView => this.#view;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /** Stops at once: the front door sees that nobody reads, and cancels the statement. What has arrived stays. */
  cancel(): void {
    if (this.#view.phase !== "running") return;
    this.#end("cancelled");
    this.#controller.abort();
  }

  async #read(frontDoor: FrontDoor, params: QueryParams): Promise<void> {
    try {
      let restedAt = performance.now();
      const query = frontDoor.executeQuery(params, { signal: this.#controller.signal });
      for await (const batch of arrowBatches(query)) {
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
    } catch (error) {
      this.#end("failed", error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The first end counts: what a cancelled request still says is of no interest. */
  #end(phase: RunView["phase"], error?: Error): void {
    if (this.#view.phase !== "running") return;
    clearInterval(this.#ticking);
    this.#show(phase, error);
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
