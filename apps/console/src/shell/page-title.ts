import { navigation } from "./navigation.ts";

const product = "Databricks Front Door";
const pages = [...navigation, { to: "/sign-in", label: "Sign in" }];

/** The title of the page at an address: `orders – Browse – Databricks Front Door`. */
export function pageTitle(address: string): string {
  const page = pages.find(({ to }) => address === to || address.startsWith(`${to}/`));
  if (page === undefined) return product;
  const name = address
    .slice(page.to.length)
    .split("/")
    .findLast((part) => part !== "");
  return [...(name === undefined ? [] : [decoded(name)]), page.label, product].join(" – ");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
