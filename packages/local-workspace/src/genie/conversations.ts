import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../state/durable-file.ts";
import type { StateFolder } from "../state/state-folder.ts";

const messageSchema = z.object({
  spaceId: z.string(),
  conversationId: z.string(),
  messageId: z.string(),
  attachmentId: z.string(),
  principal: z.string(),
  content: z.string(),
  createdAt: z.number(),
  /** Of the query that answers it. Absent for a question that has none. */
  statementId: z.string().optional(),
});

export type Message = z.infer<typeof messageSchema>;

/** Every question that was asked, on disk. Read at the first use: most runs ask none. */
export class Conversations {
  readonly #folder: StateFolder;
  readonly #file: string;
  #messages: Promise<Message[]> | undefined;
  #kept: Promise<void> = Promise.resolve();

  constructor(folder: StateFolder) {
    this.#folder = folder;
    this.#file = join(folder.dir, "genie.json");
  }

  /** Resolves when it is on the disk. */
  async add(asked: Omit<Message, "messageId" | "attachmentId" | "createdAt">): Promise<Message> {
    const message = { ...asked, messageId: newId(), attachmentId: newId(), createdAt: Date.now() };
    const messages = await this.#load();
    messages.push(message);
    // One after the other, each with everything until then.
    this.#kept = this.#kept.then(() =>
      replaceFile(this.#file, JSON.stringify(messages), this.#folder.temporaryDir),
    );
    await this.#kept;
    return message;
  }

  async of(principal: string, conversationId: string): Promise<Message[]> {
    const messages = await this.#load();
    return messages.filter((one) => one.principal === principal && one.conversationId === conversationId);
  }

  #load(): Promise<Message[]> {
    this.#messages ??= readFile(this.#file, "utf8").then(
      (text) => z.array(messageSchema).parse(JSON.parse(text)),
      () => [],
    );
    return this.#messages;
  }
}

export function newId(): string {
  return randomUUID().replaceAll("-", "");
}
