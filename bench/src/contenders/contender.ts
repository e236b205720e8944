import type { LoadRequest } from "../load/plan.ts";
import type { MeasuredProcess } from "../measured-process.ts";
import type { Upstream } from "../upstreams/upstream.ts";

export type RowFormat = "json" | "ndjson" | "arrow";

/** The requests by which a contender is asked for the same thing; what it has no route for is not there. */
export interface Routes {
  readonly listSchemas?: (catalog: string) => LoadRequest;
  /** A name that begins with its size: `12345-file`. */
  readonly readFile?: (name: string) => LoadRequest;
  readonly writeFile?: (name: string, bytes: number) => LoadRequest;
  readonly listDirectory?: (page: number) => LoadRequest;
  readonly query?: (sql: string, format: RowFormat) => LoadRequest | undefined;
}

export interface Running {
  readonly origin: string;
  /** PEM, for an https origin. */
  readonly ca?: string;
  readonly processes: readonly MeasuredProcess[];
  stop(): Promise<void>;
}

/** What a team would use. Every one is started as real processes on free loopback ports. */
export interface Contender {
  readonly name: string;
  /** What it is, in a line of the report. */
  readonly what: string;
  /** Why it cannot be run on this machine; undefined when it can. */
  missing(): string | undefined;
  readonly routes: Routes;
  start(upstream: Upstream, folder: string): Promise<Running>;
}

export const filesFolder = "/Volumes/main/default/files";

export async function stopAll(processes: readonly MeasuredProcess[]): Promise<void> {
  await Promise.all(processes.map((each) => each.stop()));
}
