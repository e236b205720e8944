import { OperationError, type OperationResult } from "@front-door/operations";
import * as z from "zod";
import { defineTool, type ToolContext } from "../tool.ts";

type Table = OperationResult<"list_tables">["tables"][number];

const matchesMax = 50;
/** Calls to the gateway for one search. A workspace with more schemas is searched in part, and the result says so. */
const listingsMax = 200;
const listingsAtOnce = 4;
const columnsShown = 5;

const match = z.object({
  table: z.string(),
  comment: z.string().optional(),
  matching_columns: z.array(z.string()).optional(),
});

export const searchCatalog = defineTool({
  name: "search_catalog",
  title: "Search the catalog",
  description:
    "Finds tables and views by a word in their name, their comment, or the name or comment of a column. Searches what the caller may see: all catalogs but system and samples, or one catalog.",
  domain: "unity_catalog",
  listedByDefault: true,
  kind: "query",
  idempotent: true,
  needs: ["list_catalogs", "list_schemas", "list_tables"],
  params: z.strictObject({
    text: z.string().min(2).max(200).describe("A word or a part of one, in any case."),
    catalog: z.string().min(1).max(255).optional().describe("Search this catalog only."),
  }),
  result: z.object({
    matches: z.array(match),
    schemas_searched: z.int(),
    complete: z.boolean(),
    note: z.string().optional(),
  }),
  async run({ text, catalog }, context) {
    const search = new Search(text.toLowerCase(), context);
    const { matches, schemasSearched, complete } = await search.run(catalog);
    const note = complete
      ? {}
      : { note: "There is more than one search reads: name a catalog, or a longer text." };
    return { structured: { matches, schemas_searched: schemasSearched, complete, ...note } };
  },
});

/** Catalogs that every workspace has. */
const everywhere: ReadonlySet<string> = new Set(["system", "samples"]);

class Search {
  readonly matches: z.output<typeof match>[] = [];
  schemasSearched = 0;
  complete = true;
  readonly #text: string;
  readonly #context: ToolContext;
  #listings = 0;

  constructor(text: string, context: ToolContext) {
    this.#text = text;
    this.#context = context;
  }

  async run(only: string | undefined): Promise<this> {
    const { gateway, call } = this.#context;
    const catalogs =
      only === undefined
        ? (await this.#all((page) => gateway.call("list_catalogs", page, call), "catalogs"))
            .map(({ name }) => name)
            .filter((name) => !everywhere.has(name))
        : [only];
    const schemas: { catalog: string; schema: string }[] = [];
    for (const catalog of catalogs) {
      const found = await this.#all(
        (page) => gateway.call("list_schemas", { catalog, ...page }, call),
        "schemas",
      );
      schemas.push(
        ...found
          .filter(({ name }) => name !== "information_schema")
          .map(({ name }) => ({ catalog, schema: name })),
      );
    }
    // They share the queue.
    await Promise.all(Array.from({ length: listingsAtOnce }, async () => this.#searchAll(schemas)));
    this.matches.sort((a, b) => (a.table < b.table ? -1 : 1));
    return this;
  }

  async #searchAll(queue: { catalog: string; schema: string }[]): Promise<void> {
    const { gateway, call, progress } = this.#context;
    for (let next = queue.shift(); next !== undefined && this.complete; next = queue.shift()) {
      const place = next;
      const tables = await this.#all(
        (page) => gateway.call("list_tables", { ...place, ...page }, call),
        "tables",
      );
      this.schemasSearched += 1;
      for (const table of tables) this.#consider(table);
      await progress(`${this.schemasSearched} schemas searched`);
    }
  }

  #consider({ name, full_name: table, comment, columns = [] }: Table): void {
    const matching = columns
      .filter((column) => this.#isIn(column.name, column.comment))
      .map((each) => each.name);
    if (matching.length === 0 && !this.#isIn(name, comment)) return;
    if (this.matches.length === matchesMax) {
      this.complete = false;
      return;
    }
    this.matches.push({
      table,
      ...(comment ? { comment: comment.slice(0, 200) } : {}),
      ...(matching.length === 0 ? {} : { matching_columns: matching.slice(0, columnsShown) }),
    });
  }

  #isIn(...texts: readonly (string | undefined)[]): boolean {
    return texts.some((each) => each?.toLowerCase().includes(this.#text));
  }

  /** The entries of all pages, or of as many as one search may read. */
  async #all<Key extends string, Entry>(
    list: (page: {
      page_token?: string;
    }) => Promise<{ next_page_token?: string | undefined } & Record<Key, Entry[]>>,
    key: Key,
  ): Promise<Entry[]> {
    const entries: Entry[] = [];
    let page: { page_token?: string } = {};
    while (this.#listings < listingsMax) {
      this.#listings += 1;
      const reply = await list(page).catch(orNothingIfGone);
      if (reply === undefined) return entries;
      entries.push(...reply[key]);
      if (reply.next_page_token === undefined) return entries;
      page = { page_token: reply.next_page_token };
    }
    this.complete = false;
    return entries;
  }
}

/** What was deleted meanwhile, or may not be listed, is not searched. */
function orNothingIfGone(error: unknown): undefined {
  if (error instanceof OperationError && [403, 404].includes(error.status)) return undefined;
  throw error;
}
