import * as z from "zod";

/** 2^64: an integer beyond it is no int64, and so a number that was meant as one with a fraction. */
const int64Max = 2 ** 64;
/** Of arrays and objects in each other. */
const depthMax = 100;

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
    const problem = problemIn(request);
    if (problem !== undefined) context.addIssue({ code: "custom", ...problem });
  })
  .describe(
    "The request, as the model takes it: `messages` for chat, `prompt` for completions, `input` for embeddings, `dataframe_records` or `inputs` for a custom model, and the model's own settings, such as `max_tokens` and `tools`.",
  )
  .meta({ id: "ModelRequest" });

interface Problem {
  readonly path: PropertyKey[];
  readonly message: string;
}

/** An integer that may have been rounded before anyone could look at it, or what no parser on the way would take. */
function problemIn(value: unknown, depth = 0): Problem | undefined {
  if (typeof value === "number" && isUnsafe(value)) {
    return { path: [], message: "must be a string of digits: JSON parsers round integers beyond 2^53" };
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (depth === depthMax) return { path: [], message: `must have at most ${depthMax} levels` };
  for (const [key, inner] of Object.entries(value)) {
    const problem = problemIn(inner, depth + 1);
    if (problem !== undefined) {
      return { ...problem, path: [Array.isArray(value) ? Number(key) : key, ...problem.path] };
    }
  }
  return undefined;
}

function isUnsafe(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < int64Max;
}
