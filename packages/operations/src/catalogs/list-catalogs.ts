import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { nextPageToken, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { catalog } from "./catalog.ts";

export const listCatalogs = defineOperation({
  name: "list_catalogs",
  summary: "Lists the catalogs that the identity may see.",
  kind: "query",
  idempotent: true,
  timeoutMs: 30_000,
  errors: [],
  route: { method: "get", path: "/api/catalogs", tag: "Unity Catalog" },
  target: targets.nothing,
  params: z.strictObject(pageParams),
  result: z
    .object({
      catalogs: z.array(catalog).default([]).describe("The catalogs of this page."),
      next_page_token: nextPageToken,
    })
    .meta({ id: "CatalogPage" }),
  examples: [
    { params: { max_results: 100 }, result: { catalogs: [{ name: "main", owner: "alice@example.com" }] } },
  ],
});
