import { randomUUID } from "node:crypto";
import { mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "./durable-file.ts";
import { lockFolder } from "./folder-lock.ts";

/** The state on disk. Only this process uses it until `release`. */
export class StateFolder {
  readonly dir: string;
  readonly metastoreFile: string;
  readonly tokensFile: string;
  readonly signingKeyFile: string;
  readonly volumesDir: string;
  /** On the same disk as the rest, so that a rename out of it is atomic. Emptied at the start. */
  readonly temporaryDir: string;
  readonly tlsDir: string;
  /** The rows of tables, and what statements write to disk while they run. */
  readonly sqlDir: string;
  readonly release: () => void;

  private constructor(dir: string, release: () => void) {
    this.dir = dir;
    this.metastoreFile = join(dir, "metastore.json");
    this.tokensFile = join(dir, "tokens.json");
    this.signingKeyFile = join(dir, "signing-key.json");
    this.volumesDir = join(dir, "volumes");
    this.temporaryDir = join(dir, "temporary");
    this.tlsDir = join(dir, "tls");
    this.sqlDir = join(dir, "sql");
    this.release = release;
  }

  /** Throws FolderInUseError if another process uses the folder. */
  static async open(path: string): Promise<StateFolder> {
    await mkdir(path, { recursive: true });
    // The real path, so that a path below it that leads through a link can be recognised.
    const dir = await realpath(path);
    const folder = new StateFolder(dir, lockFolder(dir));
    try {
      await rm(folder.temporaryDir, { recursive: true, force: true });
      await mkdir(folder.temporaryDir, { mode: 0o700 });
      await mkdir(folder.volumesDir, { recursive: true, mode: 0o700 });
      return folder;
    } catch (error) {
      folder.release();
      throw error;
    }
  }

  volumeDir(volumeId: string): string {
    return join(this.volumesDir, volumeId);
  }

  async makeVolume(volumeId: string): Promise<void> {
    await mkdir(this.volumeDir(volumeId), { mode: 0o700 });
    await syncDirectory(this.volumesDir);
  }

  /** Takes the files out of sight at once, however many there are. */
  async removeVolume(volumeId: string): Promise<void> {
    const aside = join(this.temporaryDir, randomUUID());
    try {
      await rename(this.volumeDir(volumeId), aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    await syncDirectory(this.volumesDir);
    await rm(aside, { recursive: true, force: true });
  }

  /** Removes folders of volumes that the metastore does not know, which a crash can leave behind. */
  async removeStrayVolumes(known: Set<string>): Promise<void> {
    for (const name of await readdir(this.volumesDir)) {
      if (!known.has(name)) await this.removeVolume(name);
    }
  }
}
