import * as z from "zod";

/** The paging parameters of every listing. A reply without `next_page_token` is the last page. */
export const pageParams = {
  page_token: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .describe("Where to go on: `next_page_token` of the page before, with the other parameters unchanged."),
  max_results: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      "At most this many entries in the page, 1 to 1,000; Databricks may give fewer. Without it: Databricks' own page size.",
    ),
};

export const nextPageToken = z
  .string()
  .optional()
  .describe("There is more: pass it as `page_token`. Absent on the last page.");
