import { createRequire } from "node:module";
import type * as Driver from "@databricks/sql";
import type { DBSQLClient, DBSQLSession } from "@databricks/sql";
import type { WorkspaceAddress } from "../config/workspace-address.ts";
import type { Credential } from "../databricks/credential.ts";
import type { RetryBudget } from "../databricks/retry-budget.ts";
import { boundedExecute, boundedFetch } from "./bounded-fetch.ts";
import { checkCalls } from "./checked-calls.ts";
import { replaceHttp } from "./replace-http.ts";
import { readRepliesInPlace } from "./replies-in-place.ts";
import { settledWithin } from "./settled-within.ts";
import { ThriftTransport } from "./thrift-transport.ts";

export type { DBSQLSession } from "@databricks/sql";
export type Operation = Awaited<ReturnType<DBSQLSession["executeStatement"]>>;

// Loading the driver takes 334 ms and 46 MB, so LazySql imports this module with the first statement.
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
  /** The position in the result of the first row here. Absent from a server that does not count. */
  readonly startRowOffset?: { toNumber(allowImprecise: boolean): number } | null;
  readonly arrowBatches?: readonly {
    readonly batch: Buffer;
    readonly rowCount: { toNumber(allowImprecise: boolean): number };
  }[];
}

/** Where the driver's operation keeps what it fetches, before it turns it into lossy row objects. */
export interface RowSetProvider {
  hasMore(): Promise<boolean>;
  fetchNext(options: { limit: number }): Promise<RowSet | undefined>;
}

/**
 * The raw results of an operation. They are private in the driver, and the only way to exact values: its row objects round
 * BIGINT, cut microseconds and merge columns of the same name (docs/sdk-transport.md, driver 4 and 5). A test checks that
 * the pinned version has them. Throws a TypeError if it does not.
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

/** How the result is encoded. Private in the driver too, and checked by the same test. */
export async function metadataOf(operation: Operation): Promise<ResultMetadata> {
  const { getMetadata } = operation as unknown as { getMetadata?: () => Promise<Partial<ResultMetadata>> };
  if (typeof getMetadata !== "function") {
    throw new TypeError("this version of @databricks/sql has no getMetadata()");
  }
  const { resultFormat = -1, arrowSchema, lz4Compressed } = await getMetadata.call(operation);
  return { resultFormat, arrowSchema: arrowSchema ?? undefined, lz4Compressed: lz4Compressed === true };
}

/** Decompresses one LZ4 frame with the driver's own decoder, which has no bound. Throws its error. */
export function decompress(frame: Uint8Array): Uint8Array {
  const codec = lz4();
  if (codec === undefined) throw new TypeError("lz4-napi is not installed");
  return codec.decode(frame);
}

export interface ConnectOptions {
  readonly address: WorkspaceAddress;
  readonly httpPath: string;
  readonly credential: Credential;
  /** The retries of the workspace. */
  readonly budget: RetryBudget;
  /** The longest that one request of the driver may take, in milliseconds. */
  readonly requestMs: number;
}

/** The driver's client, and the transport that its calls go through. */
export interface Connection {
  readonly client: DBSQLClient;
  readonly transport: ThriftTransport;
}

/** A client of one warehouse as one identity. Makes no call. */
export async function connect({
  address,
  httpPath,
  credential,
  budget,
  requestMs,
}: ConnectOptions): Promise<Connection> {
  // The driver's own logger writes to the console.
  const client = new driver.DBSQLClient({ logger: { log: () => undefined } });
  // Without a listener an `error` event would end the process.
  client.on("error", () => undefined);
  await client.connect({
    host: new URL(address.origin).hostname,
    path: httpPath,
    authType: "custom",
    // The transport authenticates each request.
    provider: { authenticate: async () => ({}) },
    userAgentEntry: "databricks-front-door",
    // Telemetry sends the token to another endpoint, and the driver waits for it (docs/sdk-transport.md, driver 3).
    telemetryEnabled: false,
    preserveBigNumericPrecision: true,
  });
  const path = httpPath.startsWith("/") ? httpPath : `/${httpPath}`;
  const transport = new ThriftTransport({ address, path, credential, requestMs });
  await readRepliesInPlace(client);
  await replaceHttp(client, transport);
  const calls = await client.getDriver();
  checkCalls(calls, budget);
  calls.fetchResults = boundedFetch(calls.fetchResults.bind(calls));
  calls.executeStatement = boundedExecute(calls.executeStatement.bind(calls));
  return { client, transport };
}

/**
 * Closes the client's sessions at Databricks, the idle ones first, within `limitMs` milliseconds, then its sockets. The
 * driver alone closes sessions one by one up to the first that Databricks has forgotten, and leaves the sockets open.
 */
export async function disconnect(
  { client, transport }: Connection,
  idle: readonly DBSQLSession[],
  limitMs: number,
): Promise<void> {
  const closing = Promise.allSettled(idle.map((session) => session.close())).then(() => client.close());
  await settledWithin(closing, limitMs);
  await transport.close();
}

/**
 * Lets the operation's session be closed without it. Otherwise the driver first closes every operation of the session, and
 * never sends CloseSession if Databricks refuses one of them.
 */
export function detachFromSession(operation: Operation): void {
  (operation as { readonly onClose?: () => void }).onClose?.();
}
