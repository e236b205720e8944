import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { catalog } from "./get-catalog.ts";

export const listCatalogs = defineOperation({
  name: "list_catalogs",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Lists the catalogs that the identity may see.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/catalogs" },
  target: () => ({ kind: "securable", type: "catalog" }),
  params: z.strictObject(pageParams),
  result: pageOf("CatalogPage", {
    catalogs: z.array(catalog).default([]).describe("The catalogs of this page."),
  }),
  examples: [
    { params: { max_results: 100 }, result: { catalogs: [{ name: "main", owner: "alice@example.com" }] } },
  ],
});
