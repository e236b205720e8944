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
  messages: z.array(message).min(1).optional(),
  prompt: z.string().optional(),
  max_tokens: z.number().int().positive().optional(),
  stream: z.boolean().default(false),
});

type ChatRequest = z.infer<typeof chatRequest>;

/** How OpenAI writes a reply to a chat, and one that goes on with a text. */
const FORMS = {
  chat: {
    object: "chat.completion",
    piece: "chat.completion.chunk",
    whole: (content: string) => ({ message: { role: "assistant", content } }),
    part: (content?: string) => ({ delta: content === undefined ? {} : { content } }),
  },
  text: {
    object: "text_completion",
    piece: "text_completion",
    whole: (text: string) => ({ text }),
    part: (text = "") => ({ text }),
  },
};

interface Answer {
  readonly form: (typeof FORMS)["chat"] | (typeof FORMS)["text"];
  /** The words of the answer, each with the space after it. */
  readonly words: readonly string[];
  readonly finishReason: "stop" | "length";
  readonly usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** Answers with the last message of the user, or with the prompt: at once, or one event for each word. */
export function echoChat(model: string, request: ChatRequest): Reply {
  const { asked, given } = textsOf(request);
  const prompt = wordsOf(given).length;
  const all = wordsOf(asked);
  const words = all.slice(0, request.max_tokens);
  const answer: Answer = {
    form: request.messages === undefined ? FORMS.text : FORMS.chat,
    words,
    finishReason: words.length < all.length ? "length" : "stop",
    usage: {
      prompt_tokens: prompt,
      completion_tokens: words.length,
      total_tokens: prompt + words.length,
    },
  };
  const head = { id: `cmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  return request.stream ? streamed(head, answer) : json(whole(head, answer));
}

/** What is answered, and all that was given. */
function textsOf({ messages, prompt }: ChatRequest): { asked: string; given: string } {
  if (messages === undefined) {
    if (prompt !== undefined) return { asked: prompt, given: prompt };
    throw invalidParameter("Missing required field: messages");
  }
  const asked = messages.findLast(({ role }) => role === "user");
  if (asked === undefined) throw invalidParameter("Invalid field messages: there is no message of the user");
  return {
    asked: textOf(asked.content),
    given: messages.map(({ content }) => textOf(content)).join(" "),
  };
}

function whole(head: object, { form, words, finishReason, usage }: Answer): object {
  const choice = { index: 0, ...form.whole(words.join("")), finish_reason: finishReason };
  return { ...head, object: form.object, choices: [choice], usage };
}

function streamed(head: object, answer: Answer): Reply {
  return {
    status: 200,
    headers: { "content-type": "text/event-stream" },
    // One word is sent when the one before it is through, so that a slow reader slows the model.
    body: Readable.from(eventsOf(head, answer), { objectMode: false, highWaterMark: 1 }),
  };
}

function* eventsOf(head: object, { form, words, finishReason, usage }: Answer): Generator<string> {
  const event = (part: object, more: object = {}, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({
      ...head,
      object: form.piece,
      choices: [{ index: 0, ...part, finish_reason }],
      ...more,
    })}\n\n`;
  if (form === FORMS.chat) yield event({ delta: { role: "assistant", content: "" } });
  for (const word of words) yield event(form.part(word));
  yield event(form.part(), { usage }, finishReason);
  yield "data: [DONE]\n\n";
}

function textOf(content: z.infer<typeof message>["content"]): string {
  if (Array.isArray(content)) return content.map(({ text }) => text).join(" ");
  return content ?? "";
}

function wordsOf(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}
