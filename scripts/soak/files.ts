import { createHash } from "node:crypto";
import { request } from "node:http";
import { jsonOf, type Lane, type Reply } from "./lane.ts";
import { bytesOf } from "./random.ts";
import type { WorkspaceUnderSoak } from "./workspace-under-soak.ts";

/** A file's content is made of its key: no two are alike. Undefined: there is no such file. */
type Content = { readonly key: string; readonly size: number } | undefined;

const filesMax = 12;

/** The files of one lane, with all that may be in each: more than one thing after a write of unknown outcome. */
export class Files {
  readonly folder: string;
  readonly #lane: Lane;
  readonly #possible = new Map<string, Content[]>();
  #made = 0;

  constructor(lane: Lane) {
    this.#lane = lane;
    this.folder = `${lane.caller.volume}/${lane.name}`;
  }

  /** Writes a new file, or replaces one, or deletes one. */
  async change(): Promise<void> {
    const { random } = this.#lane;
    const names = [...this.#possible.keys()];
    if (names.length >= filesMax) return this.#delete(random.pick(names));
    if (names.length > 0 && random.next() < 0.3) return this.#write(random.pick(names), true);
    return this.#write(this.#newName(), random.next() < 0.5);
  }

  /** Reads one, whole or a part of it, or lists them all. */
  async look(): Promise<void> {
    const { random } = this.#lane;
    const names = [...this.#possible.keys()];
    if (names.length === 0) return this.change();
    return random.next() < 0.2 ? this.#list() : this.#read(random.pick(names), random.next() < 0.3);
  }

  /** Hangs up in the middle of an upload. Nothing of it may be there afterwards. */
  async breakUpload(): Promise<void> {
    const name = this.#newName();
    this.#possible.set(name, [undefined]);
    const { product, judge } = this.#lane;
    const size = 400_000;
    const sent = request(product.origin + this.#path(name), {
      method: "PUT",
      headers: { ...this.#lane.headers(this.#lane.mark(), 15_000), "content-length": size },
    });
    await new Promise<void>((resolve) => {
      sent.once("error", () => resolve()).once("close", () => resolve());
      sent.once("response", (reply) => reply.resume());
      sent.write(bytesOf(name, size / 2), () => sent.destroy());
    });
    judge.count("hung up: uploads");
    await this.#read(name, false);
  }

  /** Looks at the folder in the workspace itself. */
  async compare(workspace: WorkspaceUnderSoak, token: string): Promise<void> {
    const path = `/api/2.0/fs/directories${this.folder}?page_size=1000`;
    // The first upload makes the folder.
    const { contents = [] } = (await workspace.get(path, token, {})) as {
      contents?: { name: string; file_size: number }[];
    };
    const sizes = new Map(contents.map(({ name, file_size: size }) => [name, size]));
    for (const [name, possible] of this.#possible) {
      const size = sizes.get(name);
      sizes.delete(name);
      const isPossible = possible.some((each) => each?.size === size);
      this.#lane.judge.expect(isPossible, "file at the end", () => [this.folder, name, size, possible]);
    }
    this.#lane.judge.expect(sizes.size === 0, "files that nobody wrote", () => [this.folder, ...sizes]);
  }

  async #write(name: string, overwrite: boolean): Promise<void> {
    const { random, judge } = this.#lane;
    const large = random.next() < 0.1;
    const content = { key: this.#lane.mark(), size: random.between(0, large ? 2_000_000 : 50_000) };
    const before = this.#possible.get(name) ?? [undefined];
    const reply = await this.#lane.send({
      method: "PUT",
      path: `${this.#path(name)}${overwrite ? "" : "&overwrite=false"}`,
      body: bytesOf(content.key, content.size),
      mayRunTwice: overwrite,
      alsoRight: overwrite ? [] : [409],
    });
    if (reply.kind === "ok" && reply.status !== 409) {
      const found = jsonOf(this.#lane, "upload", reply.body);
      judge.expect(found?.["file_size"] === content.size, "upload: another size", () => [content, found]);
      this.#possible.set(name, [content]);
    } else if (reply.kind === "ok") {
      judge.expect(
        before.some((each) => each !== undefined),
        "upload: 409 for a new name",
        () => name,
      );
    } else this.#possible.set(name, mayHaveRun(reply, overwrite) ? [...before, content] : before);
  }

  async #read(name: string, part: boolean): Promise<void> {
    const possible = this.#possible.get(name) ?? [undefined];
    const { random, judge } = this.#lane;
    const from = part ? random.between(0, Math.max(0, (possible[0]?.size ?? 1) - 1)) : 0;
    const reply = await this.#lane.send({
      method: "GET",
      path: this.#path(name),
      ...(part && { headers: { range: `bytes=${from}-` } }),
      mayRunTwice: true,
      streams: true,
      alsoRight: [404, 416],
    });
    if (reply.kind !== "ok") return;
    if (reply.status === 404) {
      judge.expect(possible.includes(undefined), "download: a file is lost", () => [
        this.folder,
        name,
        possible,
      ]);
      return this.#forget(name);
    }
    if (reply.status === 416) {
      judge.expect(
        possible.some((each) => each === undefined || each.size <= from),
        "download: 416",
        () => possible,
      );
      return;
    }
    const digest = digestOf(reply.body);
    const found = possible.find(
      (each) => each !== undefined && digestOf(bytesOf(each.key, each.size).subarray(from)) === digest,
    );
    judge.count("bytes compared", reply.body.length);
    judge.expect(found !== undefined, "download: other bytes", () => [
      this.folder,
      name,
      reply.body.length,
      possible,
    ]);
    if (found !== undefined && !part) this.#possible.set(name, [found]);
  }

  async #list(): Promise<void> {
    const path = `/api/directories?max_results=1000&path=${encodeURIComponent(this.folder)}`;
    const reply = await this.#lane.send({ method: "GET", path, mayRunTwice: true, alsoRight: [404] });
    if (reply.kind !== "ok" || reply.status === 404) return;
    const contents = jsonOf(this.#lane, "list", reply.body)?.["contents"] ?? [];
    const names = new Set((contents as { name: string }[]).map(({ name }) => name));
    for (const [name, possible] of this.#possible) {
      const isRight = names.has(name)
        ? possible.some((each) => each !== undefined)
        : possible.includes(undefined);
      this.#lane.judge.expect(isRight, "list: a file too few or too many", () => [
        this.folder,
        name,
        possible,
      ]);
    }
    const foreign = [...names].filter((name) => !this.#possible.has(name));
    this.#lane.judge.expect(foreign.length === 0, "list: files of nobody", () => [this.folder, foreign]);
  }

  async #delete(name: string): Promise<void> {
    const before = this.#possible.get(name) ?? [undefined];
    const reply = await this.#lane.send({
      method: "DELETE",
      path: this.#path(name),
      mayRunTwice: false,
      alsoRight: [404],
    });
    if (reply.kind !== "ok") {
      if (mayHaveRun(reply, false)) this.#possible.set(name, [...before, undefined]);
      return;
    }
    const isRight = reply.status !== 404 || before.includes(undefined);
    this.#lane.judge.expect(isRight, "delete: a file is lost", () => [this.folder, name]);
    this.#forget(name);
  }

  /** Surely not there: a name is never used again. */
  #forget(name: string): void {
    this.#possible.delete(name);
  }

  #newName(): string {
    this.#made += 1;
    return `${this.#made}.bin`;
  }

  #path(name: string): string {
    return `/api/files?path=${encodeURIComponent(`${this.folder}/${name}`)}`;
  }
}

/** What may run twice may have run once when it failed; what may not says so. */
function mayHaveRun(reply: Exclude<Reply, { kind: "ok" }>, mayRunTwice: boolean): boolean {
  return reply.kind === "broken" || reply.unknown || mayRunTwice;
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
