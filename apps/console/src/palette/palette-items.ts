import type { QueryClient } from "@tanstack/react-query";
import { loadedCatalog } from "../browse/catalog-queries.ts";
import { addressOf, type Place } from "../browse/place.ts";
import { type Icon, iconOf } from "../browse/tree-rows.ts";
import { navigation } from "../shell/navigation.ts";

export interface PaletteItem {
  /** The address that it opens. */
  readonly to: string;
  readonly label: string;
  readonly icon: Icon | undefined;
}

export interface PaletteGroup {
  readonly value: string;
  readonly items: readonly PaletteItem[];
}

/** Every page of the console, and everything of the catalog that has been loaded, by its full name. */
export function paletteGroups(cache: QueryClient): PaletteGroup[] {
  const pages = [...navigation, { to: "/sign-in", label: "Sign in" }];
  return [
    { value: "Pages", items: pages.map(({ to, label }) => ({ to, label, icon: undefined })) },
    { value: "Catalog", items: catalogItems(cache) },
  ].filter(({ items }) => items.length > 0);
}

function catalogItems(cache: QueryClient): PaletteItem[] {
  const { catalogs, schemas, contents } = loadedCatalog(cache);
  return catalogs.flatMap(({ name: catalog }) => [
    item({ catalog }, "catalog"),
    ...(schemas(catalog) ?? []).flatMap(({ name: schema }) => [
      item({ catalog, schema }, "schema"),
      ...(contents(catalog, schema)?.entries ?? []).map((entry) => {
        const { kind, name } = entry;
        return item({ catalog, schema, kind, name }, iconOf(entry));
      }),
    ]),
  ]);
}

function item(place: Place, icon: Icon): PaletteItem {
  const parts = [place.catalog, place.schema, place.name].filter((part) => part !== undefined);
  return { to: addressOf(place), label: parts.join("."), icon };
}
