import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../state/durable-file.ts";
import type { Seed } from "../state/seed.ts";
import { StateFile } from "../state/state-file.ts";
import type { StateFolder } from "../state/state-folder.ts";
import { FIXED_FOLDERS } from "./object-path.ts";

export const LANGUAGES = ["PYTHON", "SCALA", "SQL", "R"] as const;

const objectSchema = z.object({
  id: z.number(),
  path: z.string(),
  type: z.enum(["DIRECTORY", "NOTEBOOK", "FILE"]),
  language: z.enum(LANGUAGES).optional(),
  size: z.number().optional(),
  createdAt: z.number(),
  modifiedAt: z.number(),
  /** The name of the file that has its bytes. Nothing of a path gets into the name. */
  content: z.string().optional(),
});

export type WorkspaceObject = z.infer<typeof objectSchema>;

const stateSchema = z.object({ version: z.literal(1), nextId: z.number(), objects: z.array(objectSchema) });

/** The notebooks, files and folders of the workspace, on disk. */
export class ObjectState {
  readonly #file: StateFile<typeof stateSchema>;
  readonly #dir: string;
  readonly #temporaryDir: string;

  private constructor(file: StateFile<typeof stateSchema>, dir: string, temporaryDir: string) {
    this.#file = file;
    this.#dir = dir;
    this.#temporaryDir = temporaryDir;
  }

  static async open(folder: StateFolder, seed: Seed, now: number): Promise<ObjectState> {
    const path = join(folder.dir, "workspace-objects.json");
    const dir = join(folder.dir, "workspace-objects");
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const file = await StateFile.open(path, folder.temporaryDir, stateSchema, () => ({
      version: 1 as const,
      nextId: 4_100_000_000_000_011,
      objects: [],
    }));
    const state = new ObjectState(file, dir, folder.temporaryDir);
    const homes = seed.users.map(({ userName }) => `/Users/${userName}`);
    for (const fixed of [...FIXED_FOLDERS, ...homes]) state.makeFolder(fixed, now);
    if (file.isNew) {
      for (const { path: at, language, text } of seed.notebooks)
        await state.store({ path: at, type: "NOTEBOOK", language, bytes: Buffer.from(text) }, now);
    }
    return state;
  }

  at(path: string): WorkspaceObject | undefined {
    return this.#file.state.objects.find((object) => object.path === path);
  }

  /** What is in a folder, at any depth, sorted by path. */
  below(path: string): WorkspaceObject[] {
    const prefix = path === "/" ? "/" : `${path}/`;
    return this.#file.state.objects
      .filter((object) => object.path !== "/" && object.path.startsWith(prefix))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Does nothing if something is there. */
  makeFolder(path: string, now: number): void {
    if (this.at(path) === undefined) this.#add({ path, type: "DIRECTORY" }, now);
  }

  /** Makes or replaces a notebook or a file. Its bytes are on disk before the object names them. */
  async store(
    given: Pick<WorkspaceObject, "path" | "type" | "language"> & { bytes: Buffer },
    now: number,
  ): Promise<void> {
    const { bytes, ...object } = given;
    const content = randomUUID();
    await replaceFile(join(this.#dir, content), bytes, this.#temporaryDir);
    const existing = this.at(object.path) ?? this.#add(object, now);
    const before = existing.content;
    Object.assign(existing, object, { content, size: bytes.length, modifiedAt: now });
    await this.save();
    if (before !== undefined) await rm(join(this.#dir, before), { force: true });
  }

  async bytesOf({ content = "" }: WorkspaceObject): Promise<Buffer> {
    return readFile(join(this.#dir, content));
  }

  async remove(objects: readonly WorkspaceObject[]): Promise<void> {
    const gone = new Set(objects);
    this.#file.state.objects = this.#file.state.objects.filter((object) => !gone.has(object));
    await this.save();
    for (const { content } of objects)
      if (content !== undefined) await rm(join(this.#dir, content), { force: true });
  }

  save(): Promise<void> {
    return this.#file.save();
  }

  #add(given: Pick<WorkspaceObject, "path" | "type" | "language">, now: number): WorkspaceObject {
    const { state } = this.#file;
    const object = { ...given, id: state.nextId, createdAt: now, modifiedAt: now };
    state.nextId += 11;
    state.objects.push(object);
    return object;
  }
}
