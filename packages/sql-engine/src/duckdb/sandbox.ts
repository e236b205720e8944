import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { MACRO_DATABASE, macroStatements } from "./macros.ts";
import { quoteName, quoteText } from "./quote.ts";

export interface SandboxOptions {
  /** The engine's own folder: a database file for each catalog, and what does not fit into memory. */
  dir: string;
  /** The only other folder that DuckDB may open: the files of volumes. */
  volumesRoot: string;
  threads?: number;
  memoryLimit?: string;
}

/** The same for every instance, and slow to read. */
let regionsOfDuckDb: ReadonlySet<string> | undefined;

async function readRegions(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const regions = await connection.runAndReadAll("SELECT name FROM pg_timezone_names()");
  return new Set(regions.getRows().map(([name]) => String(name)));
}

/**
 * A DuckDB instance that opens no file outside two folders, and whose settings are locked. The statements that run in it
 * are translated from an allow-list; the sandbox is the second line of defence.
 */
export class Sandbox {
  readonly #instance: DuckDBInstance;
  readonly #control: DuckDBConnection;
  readonly #catalogsDir: string;
  readonly #attached = new Map<string, Promise<void>>();
  /** The names of the regions whose time zones DuckDB knows. */
  readonly regions: ReadonlySet<string>;

  private constructor(
    instance: DuckDBInstance,
    control: DuckDBConnection,
    catalogsDir: string,
    regions: ReadonlySet<string>,
  ) {
    this.regions = regions;
    this.#instance = instance;
    this.#control = control;
    this.#catalogsDir = catalogsDir;
  }

  static async open(options: SandboxOptions): Promise<Sandbox> {
    const catalogsDir = join(options.dir, "catalogs");
    const temporaryDir = join(options.dir, "temporary");
    for (const dir of [catalogsDir, temporaryDir]) await mkdir(dir, { recursive: true });
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(options.threads ?? 2),
      memory_limit: options.memoryLimit ?? "1GiB",
    });
    const control = await instance.connect();
    await control.run(`ATTACH ':memory:' AS ${quoteName(MACRO_DATABASE)}`);
    await control.run(macroStatements());
    // The order matters: each setting may prevent a change of those before it.
    for (const setting of [
      "SET TimeZone = 'UTC'",
      `SET temp_directory = ${quoteText(temporaryDir)}`,
      `SET allowed_directories = [${quoteText(catalogsDir)}, ${quoteText(options.volumesRoot)}]`,
      "SET enable_external_access = false",
      "SET autoinstall_known_extensions = false",
      "SET autoload_known_extensions = false",
      "SET lock_configuration = true",
    ]) {
      await control.run(setting);
    }
    regionsOfDuckDb ??= await readRegions(control);
    return new Sandbox(instance, control, catalogsDir, regionsOfDuckDb);
  }

  connect(): Promise<DuckDBConnection> {
    return this.#instance.connect();
  }

  databaseOf(catalogId: string): string {
    return `c_${catalogId}`;
  }

  fileOf(catalogId: string): string {
    return join(this.#catalogsDir, `${catalogId}.duckdb`);
  }

  /** Opens or creates a catalog's file. Concurrent calls share one attempt. */
  attach(catalogId: string): Promise<void> {
    let attached = this.#attached.get(catalogId);
    if (attached === undefined) {
      const statement = `ATTACH ${quoteText(this.fileOf(catalogId))} AS ${quoteName(this.databaseOf(catalogId))}`;
      attached = this.#control.run(statement).then(() => undefined);
      attached.catch(() => this.#attached.delete(catalogId));
      this.#attached.set(catalogId, attached);
    }
    return attached;
  }

  async detach(catalogId: string): Promise<void> {
    if (!this.#attached.delete(catalogId)) return;
    await this.#control.run(`DETACH ${quoteName(this.databaseOf(catalogId))}`);
  }

  close(): void {
    this.#control.closeSync();
    this.#instance.closeSync();
  }
}
