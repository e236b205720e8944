import { FrontDoorError } from "./front-door-error.ts";
import { LazyRequest } from "./lazy-request.ts";

export interface PageOfMany {
  readonly next_page_token?: string | undefined;
}

/**
 * A list. `await` gets one page of it, and `for await` every entry of every page.
 * Nothing is sent before, and a page is fetched when the entries of the one before it are used up.
 */
export class Pages<Page extends PageOfMany, Item> extends LazyRequest<Page> implements AsyncIterable<Item> {
  readonly #fetchPage: (pageToken?: string) => Promise<Page>;
  readonly #items: string;

  constructor(fetchPage: (pageToken?: string) => Promise<Page>, items: string) {
    super();
    this.#fetchPage = fetchPage;
    this.#items = items;
  }

  protected async send(): Promise<Page> {
    return this.#fetchPage();
  }

  /** The pages, one after the other. */
  async *pages(): AsyncGenerator<Page, void, void> {
    let token: string | undefined;
    do {
      const page: Page = await this.#fetchPage(token);
      yield page;
      const next = page.next_page_token;
      if (next !== undefined && next === token) {
        const fields = { code: "INVALID_REPLY", status: 200, retryable: false } as const;
        throw new FrontDoorError("The list does not end: a page names itself as the next one.", fields);
      }
      token = next;
    } while (token !== undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, void> {
    for await (const page of this.pages()) {
      yield* (page as Readonly<Record<string, unknown>>)[this.#items] as Item[];
    }
  }

  /** Every entry of every page. */
  async all(): Promise<Item[]> {
    const items: Item[] = [];
    for await (const item of this) items.push(item);
    return items;
  }
}
