import type { Api, FrontDoor } from "@front-door/api-client";
import { joined, withoutSlash } from "./remote-files.ts";

/** What a directory of the workspace contains. Those above a volume contain catalogs, schemas and volumes. */
export async function* directoryEntries(
  client: FrontDoor,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Api.DirectoryEntry> {
  const [, , catalog, schema, volume] = withoutSlash(path).split("/");
  if (volume !== undefined) {
    yield* client.listDirectory({ path }, { signal });
    return;
  }
  for await (const { name } of containers(client, catalog, schema, signal)) {
    yield { name, path: joined(path, [name]), is_directory: true };
  }
}

function containers(
  client: FrontDoor,
  catalog: string | undefined,
  schema: string | undefined,
  signal: AbortSignal,
): AsyncIterable<{ readonly name: string }> {
  if (catalog === undefined) return client.listCatalogs({}, { signal });
  if (schema === undefined) return client.listSchemas({ catalog }, { signal });
  return client.listVolumes({ catalog, schema }, { signal });
}
