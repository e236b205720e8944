import { QueryHistoryService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import type {
  ListQueriesResponse,
  ListQueryHistoryRequest,
  QueryInfo,
} from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { service } from "../../auth/auth-context.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";

interface HistoryPage {
  readonly queries: QueryInfo[];
  readonly next_page_token?: string;
}

/** One page of the query history, in the form of Databricks' other listings. */
export async function historyPage(
  request: ListQueryHistoryRequest,
  signal: AbortSignal,
): Promise<HistoryPage> {
  const page = await service(QueryHistoryService, signal).list(request);
  const token = nextTokenOf(page);
  return { queries: entriesOf(page), ...(token === undefined ? {} : { next_page_token: token }) };
}

function entriesOf({ res }: ListQueriesResponse): QueryInfo[] {
  if (res === undefined) return [];
  if (Array.isArray(res)) return res;
  throw invalidResponse("a history whose entries are not a list");
}

/** An odd token must not make this page look like the last one. */
function nextTokenOf({ has_next_page, next_page_token }: ListQueriesResponse): string | undefined {
  if (!has_next_page) return undefined;
  if (typeof next_page_token === "string" && next_page_token !== "") return next_page_token;
  throw invalidResponse("a history with a next page and no token for it");
}
