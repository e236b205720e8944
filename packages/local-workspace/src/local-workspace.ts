import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { openSqlEngine } from "@front-door/sql-engine";
import { type Logger, pino } from "pino";
import { App } from "./app.ts";
import { Clock } from "./clock.ts";
import { ClusterState } from "./compute/cluster-state.ts";
import type { CredentialChange } from "./control/credential-change.ts";
import { type Fault, Faults } from "./control/faults.ts";
import { RequestLog, type SeenRequest } from "./control/request-log.ts";
import { setWarehouseState } from "./control/warehouse-change.ts";
import { CloudStorage } from "./files/cloud-storage.ts";
import { DEFAULT_FILE_LIMITS, type FileLimits } from "./files/file-limits.ts";
import { changeCredentials } from "./identity/change-credentials.ts";
import { openOAuth } from "./identity/oauth.ts";
import { principalsOf } from "./identity/principals.ts";
import { Tokens } from "./identity/tokens.ts";
import { JobState } from "./jobs/job-state.ts";
import { RunExecutor } from "./jobs/run-executor.ts";
import { PipelineState } from "./pipelines/pipeline-state.ts";
import { UpdateRunner } from "./pipelines/update-runner.ts";
import { RepoState } from "./repos/repo-state.ts";
import type { Engine } from "./sql/engine.ts";
import { MetastoreSource } from "./sql/metastore-source.ts";
import { fillSampleTables } from "./sql/sample-data.ts";
import { DEFAULT_SQL_LIMITS, type SqlLimits } from "./sql/sql-parts.ts";
import { SqlServices } from "./sql/sql-services.ts";
import { type SeenStatement, StatementLog } from "./sql/statement-log.ts";
import { type WarehouseState, WarehouseStates } from "./sql/warehouse-states.ts";
import { Metastore } from "./state/metastore.ts";
import { plantSeed } from "./state/plant-seed.ts";
import { readSeed } from "./state/seed.ts";
import { StateFolder } from "./state/state-folder.ts";
import type { Certificates } from "./tls-certificates.ts";
import { SecurableChanges } from "./unity-catalog/securable-changes.ts";
import type { Workspace } from "./workspace.ts";
import { ObjectState } from "./workspace-files/object-state.ts";

export interface LocalWorkspaceOptions {
  /** The state folder; it is created if it does not exist. */
  dir: string;
  /** Default: 127.0.0.1. */
  host?: string;
  /** Default: 0, which picks a free port. */
  port?: number;
  /** Serves https with its own CA, which is created once and kept in `dir`/tls. Default: false. */
  tls?: boolean;
  /** Further host names that the server's certificate is for, besides localhost. */
  tlsNames?: readonly string[];
  /** A JSON file. Default: this package's seed/default.json. */
  seedFile?: string;
  /** Fills the seed's sample tables with 100,000 rows in the background; SQL waits for it. Default: false. */
  sampleData?: boolean;
  /** Limits that are absent take their defaults. */
  sqlLimits?: Partial<SqlLimits>;
  /** The same for files. */
  fileLimits?: Partial<FileLimits>;
  /** Holds the time by which runs, clusters, pipelines and warehouses change, so that it goes on by `stepClock` alone. Default: false. */
  holdClock?: boolean;
  /** Replaces the real engine, which `open` opens, or wraps it: for tests of what surrounds it. */
  sqlEngine?: (open: () => Promise<Engine>) => Engine | Promise<Engine>;
  /** Default: a silent logger. */
  logger?: Logger;
}

export interface LocalWorkspace {
  /** Without a trailing slash. */
  url: string;
  /** The CA's certificate as a PEM file, if TLS is on. */
  caFile: string | undefined;
  /** Every request since the start or the last clear, except those to `/_local/`. */
  requests(): SeenRequest[];
  clearRequests(): void;
  /** Requests in progress now. */
  openRequests(): number;
  /** Every SQL statement since the start or the last clear, from both SQL services. */
  statements(): SeenStatement[];
  clearStatements(): void;
  /** Statements that are running or whose result is still kept. */
  openStatements(): number;
  /** Thrift sessions that are open. */
  openSqlSessions(): number;
  /** Makes time pass for what takes time: runs, clusters and pipelines. */
  stepClock(ms: number): void;
  /** Forgets every Thrift session and what runs in it, as a SQL warehouse that restarts does. */
  loseSqlSessions(): Promise<void>;
  /** Puts a SQL warehouse into a state, in which it remains until the next call. Throws RangeError if there is none. */
  setWarehouseState(id: string, state: WarehouseState): void;
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** Adds, rotates and revokes credentials while the workspace runs. */
  changeCredentials(change: CredentialChange): Promise<void>;
  /** Cuts open connections, waits for running handlers, and frees the folder. */
  close(): Promise<void>;
}

/** Throws FolderInUseError if another process uses `dir`, and the system's error if it cannot listen on the port. */
export async function startLocalWorkspace(options: LocalWorkspaceOptions): Promise<LocalWorkspace> {
  const { host = "127.0.0.1", port = 0, logger = pino({ level: "silent" }) } = options;
  const folder = await StateFolder.open(options.dir);
  try {
    const requests = new RequestLog();
    const faults = new Faults();
    const tls =
      options.tls === true ? await makeCertificates(folder, [host, ...(options.tlsNames ?? [])]) : undefined;
    const workspace = await openWorkspace(folder, options, logger);
    const app = new App({ workspace, requests, faults, logger });
    const server = makeServer(app, tls);
    const closeServer = closerOf(server);
    server.listen(port, host);
    await once(server, "listening");
    if (options.sampleData === true) {
      workspace.sql.engine().catch((error: unknown) => logger.error({ err: error }, "SQL cannot be opened"));
    }
    return {
      url: urlOf(server, host, tls !== undefined),
      caFile: tls?.caFile,
      requests: () => requests.list(),
      clearRequests: () => requests.clear(),
      openRequests: () => requests.open(),
      statements: () => workspace.sql.log.list(),
      clearStatements: () => workspace.sql.log.clear(),
      openStatements: () => workspace.sql.log.open(),
      openSqlSessions: () => workspace.sql.sessions.open,
      stepClock: (ms) => workspace.clock.step(ms),
      loseSqlSessions: () => workspace.sql.sessions.lose(),
      setWarehouseState: (id, state) => setWarehouseState(workspace, { id, state }),
      addFault: (fault) => faults.add(fault),
      clearFaults: () => faults.clear(),
      changeCredentials: (change) => changeCredentials(workspace, change),
      close: () => close(closeServer, app, workspace),
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** Loaded on demand: the certificate library takes as long to load as everything else. */
async function makeCertificates(folder: StateFolder, hosts: readonly string[]): Promise<Certificates> {
  const { certificates } = await import("./tls-certificates.ts");
  return certificates(folder, hosts);
}

async function openWorkspace(
  folder: StateFolder,
  { seedFile, tls, sampleData, sqlEngine, sqlLimits, fileLimits, holdClock }: LocalWorkspaceOptions,
  logger: Logger,
): Promise<Workspace> {
  const seed = readSeed(seedFile);
  const metastore = await Metastore.open(folder, async () => {
    await folder.removeStrayVolumes(new Set());
    // Rows of tables that no longer exist.
    await rm(folder.sqlDir, { recursive: true, force: true });
    return plantSeed(seed, folder);
  });
  await folder.removeStrayVolumes(new Set(metastore.state.securables().map((one) => one.id)));
  const securables = new SecurableChanges(metastore, folder);
  const limits = { ...DEFAULT_SQL_LIMITS, ...sqlLimits };
  const storage = new CloudStorage({ ...DEFAULT_FILE_LIMITS, ...fileLimits });
  const source = new MetastoreSource({ metastore, securables, folder, storage }, principalsOf(seed));
  const openRealEngine = async (): Promise<Engine> => {
    const engine = await openSqlEngine({ dir: folder.sqlDir, volumesRoot: folder.volumesDir, source });
    if (sampleData === true) {
      await fillSampleTables(engine, seed.owner, join(folder.sqlDir, "samples-filled"));
    }
    return engine;
  };
  const openEngine = async () => (sqlEngine === undefined ? openRealEngine() : sqlEngine(openRealEngine));
  const clock = new Clock(holdClock);
  const sql = new SqlServices(openEngine, folder.temporaryDir, {
    log: new StatementLog(),
    logger,
    limits,
    warehouses: new WarehouseStates(seed.warehouses, limits.warehouseStartMs, clock),
  });
  const jobs = await JobState.open(folder, seed.jobs, clock.now());
  const updates = await PipelineState.open(folder);
  const objects = await ObjectState.open(folder, seed, clock.now());
  const running = {
    clock,
    workspace: { seed, metastore, folder, objects, sql },
    principals: principalsOf(seed),
    logger,
  };
  return {
    seed,
    folder,
    metastore,
    securables,
    tokens: await Tokens.open(folder, seed),
    oauth: openOAuth(folder, seed),
    sql,
    storage,
    jobs: { state: jobs, executor: new RunExecutor({ ...running, state: jobs }) },
    clusters: await ClusterState.open(folder),
    pipelines: { state: updates, runner: new UpdateRunner({ ...running, state: updates }) },
    objects,
    repos: await RepoState.open(folder),
    clock,
    origin: (req: IncomingMessage) =>
      `${tls === true ? "https" : "http"}://${req.headers.host ?? "localhost"}`,
  };
}

function makeServer(app: App, tls: Certificates | undefined): Server {
  const options = {
    // An upload may take any amount of time.
    requestTimeout: 0,
    keepAliveTimeout: 60_000,
    // Percent-encoding makes a path of long names very long.
    maxHeaderSize: 64 * 1024,
  };
  if (tls === undefined) return createServer(options, app.listener);
  const server = createTlsServer({ ...options, key: tls.key, cert: tls.cert }, app.listener);
  // Java checks for revocation: the answer comes with the handshake, where it would otherwise ask a server of the CA.
  server.on("OCSPRequest", (_certificate, _issuer, answer) => {
    tls.ocspResponse().then(
      (response) => answer(null, response),
      (error: Error) => answer(error, Buffer.alloc(0)),
    );
  });
  return server;
}

function urlOf(server: Server, host: string, tls: boolean): string {
  const { port } = server.address() as AddressInfo;
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `${tls ? "https" : "http"}://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/** Closes the server and every connection. Node's `closeAllConnections` misses those before their TLS handshake. */
function closerOf(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
}

async function close(
  closeServer: () => Promise<void>,
  app: App,
  { sql, storage, folder, jobs, pipelines }: Workspace,
): Promise<void> {
  await closeServer();
  await Promise.all([jobs.executor.close(), pipelines.runner.close(), sql.interrupt()]);
  await app.settled();
  await sql.close();
  storage.close();
  folder.release();
}
