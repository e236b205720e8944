import { createRequire } from "node:module";
import type * as Driver from "@databricks/sql";
import type { DBSQLClient, DBSQLSession } from "@databricks/sql";
import type { Credential } from "../databricks/credential.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { readRepliesInPlace } from "./replies-in-place.ts";
import { settledWithin } from "./settled-within.ts";

export type { DBSQLClient, DBSQLSession } from "@databricks/sql";
export type Operation = Awaited<ReturnType<DBSQLSession["executeStatement"]>>;

// CommonJS, loaded with this module: 334 ms and 46 MB, so everything under `sql/` is imported when SQL is first asked for.
const driver = createRequire(import.meta.url)("@databricks/sql") as typeof Driver;

export const { DBSQLParameter } = driver;

/** The result format in which a row set is Arrow record batches. */
export const arrowBasedSet: number = driver.thrift.TCLIService_types.TSparkRowSetType.ARROW_BASED_SET;

const lz4 = (
  createRequire(import.meta.url)("@databricks/sql/dist/utils/lz4.js") as {
    default: () => { decode(bytes: Uint8Array): Buffer } | undefined;
  }
).default;

export interface RowSet {
  readonly arrowBatches?: readonly {
    readonly batch: Buffer;
    readonly rowCount: { toNumber(allowImprecise: boolean): number };
  }[];
}

/** Where the driver's operation keeps what it fetches, before it makes lossy row objects of it. */
export interface RowSetProvider {
  hasMore(): Promise<boolean>;
  fetchNext(options: { limit: number }): Promise<RowSet | undefined>;
}

/**
 * The raw results of an operation. Private in the driver, and the only way to exact values (its row objects round
 * BIGINT, cut microseconds and merge columns of one name: docs/sdk-transport.md, driver 4 and 5). A test guards that the
 * pinned version has it. Throws when it has not.
 */
export function rowSetsOf(operation: Operation): RowSetProvider {
  const provider = (operation as unknown as { _data?: Partial<RowSetProvider> })._data;
  if (typeof provider?.fetchNext !== "function" || typeof provider.hasMore !== "function") {
    throw new TypeError("this version of @databricks/sql keeps its row sets elsewhere");
  }
  return provider as RowSetProvider;
}

export interface ResultMetadata {
  readonly resultFormat: number;
  /** The schema's Arrow message; undefined before Databricks Runtime 10. */
  readonly arrowSchema: Buffer | undefined;
  readonly lz4Compressed: boolean;
}

/** How the result is encoded. Not in the driver's public interface either; guarded by the same test. */
export async function metadataOf(operation: Operation): Promise<ResultMetadata> {
  const { getMetadata } = operation as unknown as { getMetadata?: () => Promise<Partial<ResultMetadata>> };
  if (typeof getMetadata !== "function") {
    throw new TypeError("this version of @databricks/sql has no getMetadata()");
  }
  const { resultFormat = -1, arrowSchema, lz4Compressed } = await getMetadata.call(operation);
  return { resultFormat, arrowSchema: arrowSchema ?? undefined, lz4Compressed: lz4Compressed === true };
}

/** One LZ4 frame, by the decoder that the driver told Databricks it has. */
export function decompress(frame: Uint8Array): Uint8Array {
  const codec = lz4();
  if (codec === undefined) throw new TypeError("lz4-napi is not installed");
  return codec.decode(frame);
}

export interface ConnectOptions {
  readonly origin: string;
  readonly httpPath: string;
  /** The Authorization header of each request. */
  readonly authorization: Credential["authorization"];
  /** The longest that one request of the driver may take, in milliseconds. */
  readonly requestMs: number;
}

/** A client of one warehouse as one identity. It makes no call. */
export async function connect(options: ConnectOptions): Promise<DBSQLClient> {
  const { hostname, port } = new URL(options.origin);
  // The driver's own logger writes to the console.
  const client = new driver.DBSQLClient({ logger: { log: () => undefined } });
  // Without a listener an `error` event would end the process.
  client.on("error", () => undefined);
  await client.connect({
    host: hostname,
    ...(port === "" ? {} : { port: Number(port) }),
    path: options.httpPath,
    authType: "custom",
    provider: { authenticate: async () => ({ authorization: await options.authorization() }) },
    userAgentEntry: "databricks-front-door",
    socketTimeout: options.requestMs,
    checkServerCertificate: true,
    // It sends the token to an endpoint of its own, and waits for it (docs/sdk-transport.md, driver 3).
    telemetryEnabled: false,
    preserveBigNumericPrecision: true,
    // For the calls that are always safe to repeat (status, metadata, cancel, close); the driver retries no others. Its
    // own bounds are 5 attempts and 15 minutes, and it takes the seconds of Retry-After for milliseconds.
    retryMaxAttempts: 3,
    retryDelayMin: 100,
    retryDelayMax: 1_000,
    retriesTimeout: 5_000,
  });
  await readRepliesInPlace(client);
  await boundFetches(client);
  return client;
}

async function boundFetches(client: DBSQLClient): Promise<void> {
  const fetcher = await client.getDriver();
  fetcher.fetchResults = boundedFetch(fetcher.fetchResults.bind(fetcher));
}

/**
 * Closes the client: its sessions at Databricks, the idle ones first, in `limitMs` milliseconds at most, then its
 * sockets, whatever they wait for. To close them is left to whoever holds the agent, and a client that is closed does not
 * tell it any more. One by one, the driver would leave all sessions open behind the first that Databricks has forgotten.
 */
export async function disconnect(
  client: DBSQLClient,
  idle: readonly DBSQLSession[],
  limitMs: number,
): Promise<void> {
  const provider = await client.getConnectionProvider().catch(() => undefined);
  const agent = await provider?.getAgent();
  const closing = Promise.allSettled(idle.map((session) => session.close())).then(() => client.close());
  await settledWithin(closing, limitMs);
  agent?.destroy();
}

/**
 * Has the operation's session closed without it. The driver first closes every operation that it has of a session, and
 * gives up at the first that Databricks refuses to close: CloseSession would never be sent.
 */
export function detachFromSession(operation: Operation): void {
  (operation as { readonly onClose?: () => void }).onClose?.();
}
