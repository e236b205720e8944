import type { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import {
  CatalogsService,
  FunctionsService,
  SchemasService,
  TablesService,
  VolumesService,
} from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { OperationError } from "@front-door/operations";
import { isCatalogAllowed, isVolumeListed } from "@front-door/policy";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { OperationContext } from "../handler.ts";
import { withoutUndefined } from "../without-undefined.ts";
import type { SearchPlace } from "./search-token.ts";

type FoundType = "catalog" | "schema" | "table" | "volume" | "function";

export interface Found {
  readonly securable_type: FoundType;
  readonly full_name: string;
  readonly table_type?: string;
}

interface SearchParams {
  readonly query: string;
  readonly securable_type?: FoundType | undefined;
  readonly catalog?: string | undefined;
}

interface Step {
  readonly at: SearchPlace;
  readonly find: () => Promise<Found[]>;
}

/** By which the entries of a step are sorted. */
export const keyOf = ({ full_name, securable_type }: Found): string => `${full_name} ${securable_type}`;

/** Databricks' own page size, which is the largest. */
const wholePages = { max_results: 0 };

/** A service of Unity Catalog that lists securables with names. */
interface Listing {
  readonly client: ApiClient;
  list(request: object): AsyncIterable<{ readonly name?: string }>;
}

/** One search through what the identity sees and the policies allow, in steps of a fixed order. */
export class CatalogSearch {
  /** How many calls to Databricks it has made. */
  calls = 0;
  /** What Databricks refused to list. */
  readonly notSearched: string[] = [];
  readonly #params: SearchParams;
  readonly #context: Pick<OperationContext, "signal" | "policies">;
  readonly #needle: string;

  constructor(params: SearchParams, context: Pick<OperationContext, "signal" | "policies">) {
    this.#params = params;
    this.#context = context;
    this.#needle = params.query.toLowerCase();
  }

  async *stepsFrom(place: SearchPlace | undefined): AsyncGenerator<Step, void, void> {
    for (const catalog of await this.#catalogs()) {
      if (place !== undefined && catalog < place.catalog) continue;
      yield* this.#stepsIn(catalog, place?.catalog === catalog ? place : undefined);
    }
  }

  async *#stepsIn(catalog: string, place: SearchPlace | undefined): AsyncGenerator<Step, void, void> {
    let known: Promise<string[]> | undefined;
    const schemas = () => (known ??= this.#schemas(catalog));
    const part = place?.part ?? "names";
    if (part === "names") {
      const find = async () => {
        const found = (await schemas()).map((name) => this.#found("schema", `${catalog}.${name}`));
        return sorted([this.#found("catalog", catalog), ...found].flat());
      };
      yield { at: { catalog, part: "names" }, find };
    }
    if (part !== "schema" && this.#looksFor("table")) yield* this.#tableSteps(catalog, place?.tablesToken);
    if (!this.#looksFor("volume") && !this.#looksFor("function")) return;
    for (const schema of await schemas()) {
      // It has views alone.
      if (schema === "information_schema") continue;
      if (place?.schema !== undefined && schema < place.schema) continue;
      yield { at: { catalog, part: "schema", schema }, find: () => this.#inSchema(catalog, schema) };
    }
  }

  /** One for each page of tables. A step is taken before the next one begins. */
  async *#tableSteps(catalog: string, from: string | undefined): AsyncGenerator<Step, void, void> {
    const next = { token: from, isLast: false };
    while (!next.isLast) {
      const { token } = next;
      yield {
        at: withoutUndefined({ catalog, part: "tables" as const, tablesToken: token }),
        find: async () => {
          const page = await this.#tables(catalog, token);
          next.token = page.next_page_token;
          next.isLast = next.token === undefined;
          return sorted(page.found);
        },
      };
    }
  }

  #looksFor(type: FoundType): boolean {
    return (this.#params.securable_type ?? type) === type;
  }

  /** Nothing, if the name does not fit. A text with a period in it is looked for in full names. */
  #found(type: FoundType, full_name: string, table_type?: string): Found[] {
    const name = this.#needle.includes(".") ? full_name : (full_name.split(".").at(-1) ?? "");
    if (!this.#looksFor(type) || !name.toLowerCase().includes(this.#needle)) return [];
    return [{ securable_type: type, full_name, ...(table_type === undefined ? {} : { table_type }) }];
  }

  async #catalogs(): Promise<string[]> {
    const { policies } = this.#context;
    const { catalog } = this.#params;
    // Unity Catalog keeps names in lower case.
    const names =
      catalog === undefined ? await this.#names(CatalogsService, "catalogs", {}) : [catalog.toLowerCase()];
    return names.filter((name) => isCatalogAllowed(policies, name)).toSorted();
  }

  async #schemas(catalog: string): Promise<string[]> {
    const names = this.#names(SchemasService, "schemas", { catalog_name: catalog });
    // That the caller named a catalog that does not exist is an error.
    const isNamed = this.#params.catalog !== undefined;
    return (await (isNamed ? names : this.#unlessRefused(names, catalog))).toSorted();
  }

  async #tables(
    catalog: string,
    page_token: string | undefined,
  ): Promise<{ found: Found[]; next_page_token?: string }> {
    const tables = service(TablesService, this.#context.signal);
    this.calls += 1;
    const request = { catalog_name: catalog, ...wholePages, page_token, table_name_pattern: this.#pattern() };
    const page = listPage({ service: tables, method: "listSummaries", entries: "tables", request });
    const { tables: summaries = [], next_page_token } = await this.#unlessRefused(page, catalog, {});
    const found = summaries.flatMap(({ full_name, table_type }) =>
      full_name === undefined ? [] : this.#found("table", full_name, table_type),
    );
    return { found, ...(next_page_token === undefined ? {} : { next_page_token }) };
  }

  /** Of SQL's LIKE, for the name of a table: it fits all that are looked for, and more. Undefined: any name. */
  #pattern(): string | undefined {
    // Whether it escapes what follows is not known.
    if (this.#needle.includes("\\")) return undefined;
    const [last = "", ...before] = this.#needle.split(".").toReversed();
    return before.length > 0 ? `${last}%` : `%${last}%`;
  }

  async #inSchema(catalog: string, schema: string): Promise<Found[]> {
    const request = { catalog_name: catalog, schema_name: schema };
    const place = `${catalog}.${schema}`;
    const names = (type: FoundType, listed: () => Promise<string[]>) =>
      this.#looksFor(type) ? this.#unlessRefused(listed(), place) : [];
    const [volumes, functions] = await Promise.all([
      names("volume", () => this.#names(VolumesService, "volumes", request)),
      names("function", () => this.#names(FunctionsService, "functions", request)),
    ]);
    const listed = volumes.filter((name) => isVolumeListed(this.#context.policies, catalog, schema, name));
    return sorted([
      ...listed.flatMap((name) => this.#found("volume", `${place}.${name}`)),
      ...functions.flatMap((name) => this.#found("function", `${place}.${name}`)),
    ]);
  }

  /** The names of all entries of a listing, whatever its pages. */
  async #names(
    Service: new (client: ApiClient) => Listing,
    entries: string,
    request: object,
  ): Promise<string[]> {
    const listing = service(Service, this.#context.signal);
    const names: string[] = [];
    let page_token: string | undefined;
    do {
      this.calls += 1;
      const page = await listPage({
        service: listing,
        method: "list",
        entries,
        request: { ...request, ...wholePages, page_token },
      });
      names.push(...(page[entries] ?? []).flatMap(({ name }) => (typeof name === "string" ? [name] : [])));
      page_token = page.next_page_token;
    } while (page_token !== undefined);
    return names;
  }

  /** What is listed; nothing where Databricks refuses, which is noted. A foreign catalog can be out of reach, for example. */
  async #unlessRefused<Listed>(
    listed: Promise<Listed>,
    name: string,
    otherwise = [] as Listed,
  ): Promise<Listed> {
    try {
      return await listed;
    } catch (error) {
      const isRefusal = error instanceof OperationError && [400, 403, 404, 409].includes(error.status);
      if (!isRefusal) throw error;
      if (!this.notSearched.includes(name)) this.notSearched.push(name);
      return otherwise;
    }
  }
}

function sorted(found: Found[]): Found[] {
  return found.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
