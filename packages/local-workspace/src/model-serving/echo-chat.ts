import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { z } from "zod";
import { invalidParameter } from "../http/api-error.ts";
import { json, type Reply } from "../http/reply.ts";

const message = z.object({
  role: z.string(),
  content: z.union([z.string(), z.array(z.object({ text: z.string().default("") })), z.null()]).optional(),
});

export const chatRequest = z.object({
  messages: z.array(message).min(1),
  max_tokens: z.number().int().positive().optional(),
  stream: z.boolean().default(false),
});

interface Answer {
  /** The words of the answer, each with the space after it. */
  readonly words: readonly string[];
  readonly finishReason: "stop" | "length";
  readonly usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** Answers with the last message of the user, as OpenAI's chat completions do: at once, or one event for each word. */
export function echoChat(
  model: string,
  { messages, max_tokens, stream }: z.infer<typeof chatRequest>,
): Reply {
  const asked = messages.findLast(({ role }) => role === "user");
  if (asked === undefined) throw invalidParameter("Invalid field messages: there is no message of the user");
  const prompt = messages.flatMap(({ content }) => wordsOf(textOf(content)));
  const all = wordsOf(textOf(asked.content));
  const words = all.slice(0, max_tokens);
  const answer: Answer = {
    words,
    finishReason: words.length < all.length ? "length" : "stop",
    usage: {
      prompt_tokens: prompt.length,
      completion_tokens: words.length,
      total_tokens: prompt.length + words.length,
    },
  };
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  return stream ? streamed(head, answer) : json(whole(head, answer));
}

function whole(head: object, { words, finishReason, usage }: Answer): object {
  return {
    ...head,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: words.join("") },
        finish_reason: finishReason,
      },
    ],
    usage,
  };
}

function streamed(head: object, answer: Answer): Reply {
  return {
    status: 200,
    headers: { "content-type": "text/event-stream" },
    // One word is sent when the one before it is through, so that a slow reader slows the model.
    body: Readable.from(eventsOf(head, answer), { objectMode: false, highWaterMark: 1 }),
  };
}

function* eventsOf(head: object, { words, finishReason, usage }: Answer): Generator<string> {
  const event = (delta: object, more: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason }],
      ...more,
    })}\n\n`;
  yield event({ role: "assistant", content: "" }, {});
  for (const content of words) yield event({ content }, {});
  yield event({}, { usage }, finishReason);
  yield "data: [DONE]\n\n";
}

function textOf(content: z.infer<typeof message>["content"]): string {
  if (Array.isArray(content)) return content.map(({ text }) => text).join(" ");
  return content ?? "";
}

function wordsOf(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}
