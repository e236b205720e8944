import type { Handler } from "../handler.ts";
import { CatalogSearch, type Found, keyOf } from "./catalog-search.ts";
import { readSearchToken, searchToken } from "./search-token.ts";

/** Between two steps the search ends with a token for the rest. A step makes one to a few calls. */
const callsMax = 60;
/** Well within the operation's time, of which the last step can take some. */
const workMs = 20_000;

/**
 * By the listings of Unity Catalog and its table summaries, which match a pattern for a whole catalog in one call.
 * The information_schema would need a SQL warehouse, and where only some catalogs are allowed SQL is refused.
 */
export const searchCatalog: Handler<"search_catalog"> = async (params, context) => {
  const { page_token, max_results } = params;
  const since = performance.now();
  const search = new CatalogSearch(params, context);
  const place = page_token === undefined ? undefined : readSearchToken(page_token);
  const results: Found[] = [];
  const page = (next_page_token?: string) => ({
    results,
    ...(search.notSearched.length > 0 ? { not_searched: search.notSearched } : {}),
    ...(next_page_token === undefined ? {} : { next_page_token }),
  });
  let after = place?.after;
  let isFirst = true;
  for await (const step of search.stepsFrom(place)) {
    const isSpent = search.calls >= callsMax || performance.now() - since > workMs;
    // Every call makes some progress.
    if (results.length >= max_results || (isSpent && !isFirst)) return page(searchToken(step.at));
    const found = (await step.find()).filter((one) => after === undefined || keyOf(one) > after);
    after = undefined;
    isFirst = false;
    const room = max_results - results.length;
    results.push(...found.slice(0, room));
    const last = results.at(-1);
    if (found.length > room && last !== undefined) {
      return page(searchToken({ ...step.at, after: keyOf(last) }));
    }
  }
  return page();
};
