import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { catalogsQuery, contentsQuery, loadedCatalog, schemasQuery } from "./catalog-queries.ts";
import { addressOf, placeOf } from "./place.ts";
import type { KnownCatalog } from "./tree-rows.ts";

/** Loads the catalogs, and what is below the open places. With `keepsOld`, what has been loaded is not loaded again. */
export function useKnownCatalog(open: ReadonlySet<string>, keepsOld: boolean): KnownCatalog {
  const refetchOnMount = !keepsOld;
  const places = [...open].map(placeOf).filter((place) => place !== undefined);
  const catalogs = places.filter(({ schema }) => schema === undefined).map(({ catalog }) => catalog);
  const schemas = places.flatMap(({ catalog, schema }) =>
    schema === undefined ? [] : [{ catalog, schema }],
  );
  const ofCatalogs = useQueries({
    queries: catalogs.map((catalog) => ({ ...schemasQuery(catalog), refetchOnMount })),
  });
  const ofSchemas = useQueries({
    queries: schemas.map(({ catalog, schema }) => ({ ...contentsQuery(catalog, schema), refetchOnMount })),
  });
  const all = useQuery(catalogsQuery());
  return {
    catalogs: all,
    schemas: (catalog) => ofCatalogs[catalogs.indexOf(catalog)] ?? {},
    contents: (catalog, schema) =>
      ofSchemas[schemas.findIndex((each) => each.catalog === catalog && each.schema === schema)] ?? {},
  };
}

/** The addresses of every catalog and schema whose entries have been loaded. */
export function useLoadedPlaces(): () => ReadonlySet<string> {
  const cache = useQueryClient();
  return () => {
    const { catalogs, schemas, contents } = loadedCatalog(cache);
    const addresses = catalogs.flatMap(({ name: catalog }) => {
      const loaded = schemas(catalog);
      if (loaded === undefined) return [];
      const below = loaded.filter(({ name: schema }) => contents(catalog, schema) !== undefined);
      return [addressOf({ catalog }), ...below.map(({ name: schema }) => addressOf({ catalog, schema }))];
    });
    return new Set(addresses);
  };
}
