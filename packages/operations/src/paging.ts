import * as z from "zod";
import { queryText } from "./query-text.ts";
import { readingHints } from "./read-leniently.ts";

/** The paging parameters of every listing. A reply without `next_page_token` is the last page. */
export const pageParams = {
  page_token: queryText(4096)
    .optional()
    .describe(
      "`next_page_token` of the page before, to get the page after it. Leave the other parameters unchanged.",
    ),
  max_results: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      "The most entries in the page, 1 to 1,000. Databricks may return fewer. Default: Databricks' own page size.",
    ),
};

/** The token of a result that has more pages. */
export const nextPageToken = z
  .string()
  .optional()
  .describe("Pass it as `page_token` to get the next page. Absent on the last page.")
  .register(readingHints, { mayBeLeftOut: false });

/** The result of a listing: `entries` is its one array. */
export function pageOf<Entries extends z.ZodRawShape>(id: string, entries: Entries) {
  return z.object(entries).extend({ next_page_token: nextPageToken }).meta({ id });
}
