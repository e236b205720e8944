import { frontDoorKey } from "@front-door/api-client/tanstack-query";
import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import heading from "../browse/browse.module.css";
import { catalogsQuery, schemasQuery } from "../browse/catalog-queries.ts";
import { EntryList } from "../browse/entry-list.tsx";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import page from "../shell/page.module.css";
import { FileCrumbs } from "./file-crumbs.tsx";
import { folderAddress, pathOf } from "./file-path.ts";

interface VolumeChoiceProps {
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
}

/** Each schema is a request. */
const schemasMax = 60;
const max_results = 1_000;

const volumesQuery = (catalog: string, schema: string) =>
  queryOptions({
    queryKey: [...frontDoorKey(frontDoor), "volumes", catalog, schema] as const,
    queryFn: async () => frontDoor.listVolumes({ catalog, schema, max_results }).all(),
  });

/** The volumes of a schema, of a catalog, or of all catalogs. */
export function VolumeChoice({ catalog, schema }: VolumeChoiceProps) {
  const { schemas, isPending, error, refetch } = useSchemas(catalog, schema);
  const asked = schemas.slice(0, schemasMax);
  const volumes = useQueries({ queries: asked.map((each) => volumesQuery(each.catalog, each.schema)) });
  const found = asked.flatMap((each, index) => {
    const data = volumes[index]?.data ?? [];
    return data.length === 0 ? [] : [{ ...each, volumes: data }];
  });
  const isLoading = isPending || volumes.some((each) => each.isPending);
  const failed = volumes.find((each) => each.error !== null);
  return (
    <div className={page["page"]}>
      <header className={heading["heading"]}>
        {catalog !== undefined && (
          <FileCrumbs parts={[catalog, schema].filter((part) => part !== undefined)} />
        )}
        <h1>{schema ?? catalog ?? "Files"}</h1>
        <p className="muted">Files live in volumes. Choose one.</p>
      </header>
      {error !== null && <ErrorView error={error} retry={refetch} />}
      {error === null && failed?.error && <ErrorView error={failed.error} retry={failed.refetch} />}
      {found.map((each) => (
        <EntryList
          key={`${each.catalog}.${each.schema}`}
          title={`${each.catalog}.${each.schema}`}
          entries={each.volumes.map(({ name, comment }) => {
            const to = folderAddress(pathOf([each.catalog, each.schema, name]));
            return { to, icon: "volume", name, comment };
          })}
        />
      ))}
      <p className="muted" role="status">
        {isLoading && "Looking for volumes…"}
        {!isLoading &&
          !error &&
          !failed &&
          found.length === 0 &&
          "There is no volume here, or none that you may see."}
      </p>
      {schemas.length > asked.length && (
        <p className="muted">
          These are the volumes of the first {schemasMax} schemas. Find others in{" "}
          <Link to="/browse">Browse</Link>.
        </p>
      )}
    </div>
  );
}

function useSchemas(catalog: string | undefined, schema: string | undefined) {
  const all = useQuery({ ...catalogsQuery(), enabled: catalog === undefined });
  const catalogs = catalog === undefined ? (all.data ?? []).map(({ name }) => name) : [catalog];
  const lists = useQueries({
    queries: schema === undefined ? catalogs.map((each) => schemasQuery(each)) : [],
  });
  if (catalog !== undefined && schema !== undefined) {
    return { schemas: [{ catalog, schema }], isPending: false, error: null, refetch: all.refetch };
  }
  const failed = lists.find(({ error }) => error !== null) ?? all;
  const { error, refetch } = failed;
  const schemas = catalogs.flatMap((each, index) =>
    (lists[index]?.data ?? [])
      // Every catalog has it, and it never has a volume.
      .filter(({ name }) => name !== "information_schema")
      .map(({ name }) => ({ catalog: each, schema: name })),
  );
  const isPending = (catalog === undefined && all.isPending) || lists.some((each) => each.isPending);
  return { schemas, isPending, error, refetch };
}
