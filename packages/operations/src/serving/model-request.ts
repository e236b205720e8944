import * as z from "zod";

/** 2^64: an integer beyond it is no int64, and so a number that was meant as one with a fraction. */
const int64Max = 2 ** 64;

/** What a model is asked. Which fields it takes is up to the model, so others than these are passed on too. */
export const modelRequest = z
  .looseObject({
    messages: z
      .array(z.unknown())
      .optional()
      .describe("For a chat model: the conversation so far, each message with its `role` and `content`."),
    prompt: z.unknown().optional().describe("For a completions model: the text to go on with."),
    input: z
      .unknown()
      .optional()
      .describe("For an embeddings model: a text or a list of texts. For an agent: its input."),
    dataframe_records: z.array(z.unknown()).optional().describe("For a custom model: rows, as objects."),
    inputs: z.unknown().optional().describe("For a custom model: tensors, by column."),
    stream: z
      .boolean()
      .optional()
      .describe("Whether the reply comes as server-sent events, each as soon as the model has made it."),
  })
  .superRefine((request, context) => {
    const path = unsafeIntegerIn(request);
    if (path === undefined) return;
    context.addIssue({
      code: "custom",
      path,
      message: "must be a string of digits: JSON parsers round integers beyond 2^53",
    });
  })
  .describe(
    "The request, as the model takes it: `messages` for chat, `prompt` for completions, `input` for embeddings, `dataframe_records` or `inputs` for a custom model, and the model's own settings, such as `max_tokens` and `tools`.",
  )
  .meta({ id: "ModelRequest" });

/** Where an integer stands that may have been rounded before anyone could look at it. */
function unsafeIntegerIn(value: unknown): PropertyKey[] | undefined {
  if (typeof value === "number") {
    return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < int64Max
      ? []
      : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const path = unsafeIntegerIn(inner);
    if (path !== undefined) return [Array.isArray(value) ? Number(key) : key, ...path];
  }
  return undefined;
}
