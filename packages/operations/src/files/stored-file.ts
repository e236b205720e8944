import * as z from "zod";

/** The file that an upload, a copy or a move has written. */
export const storedFile = z
  .object({
    path: z.string().describe("The file that was written."),
    file_size: z.int().nonnegative().describe("Its bytes."),
    created: z
      .boolean()
      .describe(
        "Whether there was no file of this name just before. Also false if the identity may not look.",
      ),
  })
  .meta({ id: "StoredFile" });
