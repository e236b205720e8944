import { OperationError } from "@front-door/operations";

interface Page {
  readonly next_page_token?: string;
}

/**
 * The first page from `pageToken` on that has entries, or the last page. Databricks' pages can be empty and still carry
 * a token (docs/databricks.md), at which the SDK's own generators stop and lose the rest (docs/sdk-transport.md, SDK 10).
 */
export async function listPage<Reply extends Page>(
  pageToken: string | undefined,
  entriesOf: (page: Reply) => readonly unknown[] | undefined,
  fetchPage: (paging: { page_token?: string }) => Promise<Reply>,
): Promise<Reply> {
  let token = pageToken;
  for (;;) {
    const page = await fetchPage(token === undefined ? {} : { page_token: token });
    // Some services end a listing with an empty token.
    const { next_page_token: next, ...rest } = page;
    if (!next) return rest as Reply;
    if (next === token) {
      throw new OperationError("UPSTREAM_INVALID_RESPONSE", "Databricks' listing does not go on.");
    }
    if ((entriesOf(page) ?? []).length > 0) return page;
    token = next;
  }
}
