import type { QueryClient } from "@tanstack/react-query";
import { loadedCatalog } from "../browse/catalog-queries.ts";
import { addressOf, type Place } from "../browse/place.ts";
import { type Icon, iconOf } from "../browse/tree-rows.ts";
import type { HistoryEntry } from "../query/query-history.ts";
import { type SampleQuery, sampleQueries } from "../query/sample-queries.ts";
import { navigation } from "../shell/navigation.ts";

export interface PaletteItem {
  readonly label: string;
  readonly icon: Icon | "page" | "sample" | "history";
  /** What choosing it does: opens an address, opens a statement that has run, or runs a sample. */
  readonly opens: { readonly to: string } | HistoryEntry | SampleQuery;
}

export interface PaletteGroup {
  readonly value: string;
  readonly items: readonly PaletteItem[];
}

/** A label has so many characters of a statement. */
const labelMax = 200;

/**
 * Every page of the console, everything of the catalog that has been loaded, by its full name, the sample queries, and the
 * statements that have run in this browser, the newest first.
 */
export function paletteGroups(cache: QueryClient, history: readonly HistoryEntry[]): PaletteGroup[] {
  const pages = [...navigation, { to: "/sign-in", label: "Sign in" }];
  const sqls = history.map(({ sql }) => sql);
  // Of a statement that ran again, the newest run.
  const statements = history.filter(({ sql }, index) => sqls.indexOf(sql) === index);
  return [
    {
      value: "Pages",
      items: pages.map(({ to, label }) => ({ label, icon: "page" as const, opens: { to } })),
    },
    { value: "Catalog", items: catalogItems(cache) },
    {
      value: "Sample queries",
      items: sampleQueries.map((sample) => ({ label: sample.title, icon: "sample" as const, opens: sample })),
    },
    {
      value: "History",
      items: statements.map((entry) => ({
        label: entry.sql.replaceAll(/\s+/g, " ").slice(0, labelMax),
        icon: "history" as const,
        opens: entry,
      })),
    },
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
  return { label: parts.join("."), icon, opens: { to: addressOf(place) } };
}
