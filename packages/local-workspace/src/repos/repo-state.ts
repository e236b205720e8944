import { join } from "node:path";
import { z } from "zod";
import type { Seed } from "../state/seed.ts";
import { StateFile } from "../state/state-file.ts";
import type { StateFolder } from "../state/state-folder.ts";

type Repo = Seed["repos"][number];
type CheckedOut = { branch?: string | undefined; commit: string };

const stateSchema = z.object({
  version: z.literal(1),
  checkedOut: z.record(z.string(), z.object({ branch: z.string().optional(), commit: z.string() })),
});

/** What each Git folder has checked out, on disk. There is no Git: the commits are those of the seed. */
export class RepoState {
  readonly #file: StateFile<typeof stateSchema>;

  private constructor(file: StateFile<typeof stateSchema>) {
    this.#file = file;
  }

  static async open(folder: StateFolder): Promise<RepoState> {
    const path = join(folder.dir, "repos.json");
    return new RepoState(
      await StateFile.open(path, folder.temporaryDir, stateSchema, () => ({ version: 1, checkedOut: {} })),
    );
  }

  /** At first, the branch that the seed names first. */
  checkedOut({ id, branches }: Repo): CheckedOut {
    const [[branch, commit] = ["main", ""]] = Object.entries(branches);
    return this.#file.state.checkedOut[String(id)] ?? { branch, commit };
  }

  async checkOut({ id }: Repo, checkedOut: CheckedOut): Promise<void> {
    this.#file.state.checkedOut[String(id)] = checkedOut;
    await this.#file.save();
  }
}
