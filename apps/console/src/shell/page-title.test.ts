import { expect, it } from "vitest";
import { pageTitle } from "./page-title.ts";

it.each([
  ["/", "Databricks Front Door"],
  ["/status", "Status – Databricks Front Door"],
  ["/sign-in", "Sign in – Databricks Front Door"],
  ["/browse/", "Browse – Databricks Front Door"],
  ["/browse/main/sales/tables/orders", "orders – Browse – Databricks Front Door"],
  ["/files/main/default/files/a%20b%2Fc/", "a b/c – Files – Databricks Front Door"],
  ["/browse/100%", "100% – Browse – Databricks Front Door"],
  ["/queryx", "Databricks Front Door"],
])("the page at %s is called %j", (address, title) => {
  expect(pageTitle(address)).toBe(title);
});
