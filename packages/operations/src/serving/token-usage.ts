import * as z from "zod";

const count = z.int().nonnegative();

/** How many tokens a reply of a model took, as the model says. */
export const tokenUsage = z
  .object({
    prompt_tokens: count.optional().describe("The tokens of the request."),
    completion_tokens: count.optional().describe("The tokens of the reply."),
    total_tokens: count.optional().describe("Both."),
  })
  .meta({ id: "TokenUsage" });

export type TokenUsage = z.output<typeof tokenUsage>;
