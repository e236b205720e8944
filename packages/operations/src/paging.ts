import * as z from "zod";

/** The paging parameters of every listing. A reply without `next_page_token` is the last page. */
export const pageParams = {
  page_token: z
    .string()
    .min(1)
    .max(4096)
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

const nextPageToken = z
  .string()
  .optional()
  .describe("Pass it as `page_token` to get the next page. Absent on the last page.");

type Page<Entries extends string, Entry extends z.ZodType> = z.ZodObject<
  { [Name in Entries]: z.ZodDefault<z.ZodArray<Entry>> } & { next_page_token: typeof nextPageToken }
>;

/** The result of a listing: one page, whose entries are in the field `entries`. */
export function pageOf<const Entries extends string, Entry extends z.ZodType>(
  entries: Entries,
  entry: Entry,
): Page<Entries, Entry> {
  const list = z.array(entry).default([]).describe(`The ${entries} of this page.`);
  // A computed key loses its name in TypeScript.
  return z.object({ [entries]: list, next_page_token: nextPageToken }) as unknown as Page<Entries, Entry>;
}
