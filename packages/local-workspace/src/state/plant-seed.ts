import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { columnOf } from "./column-type.ts";
import { MetastoreState } from "./metastore-state.ts";
import { createdBy, type Routine } from "./securables.ts";
import type { Seed } from "./seed.ts";
import type { StateFolder } from "./state-folder.ts";
import { storageLocation } from "./storage-location.ts";

type SeedSchema = Seed["catalogs"][number]["schemas"][number];

/** Fills a new folder. The metastore file comes last, so that a folder is seeded again after a crash. */
export async function plantSeed(seed: Seed, folder: StateFolder): Promise<MetastoreState> {
  const state = new MetastoreState(seed.metastoreId, [], []);
  for (const catalog of seed.catalogs) {
    const parent = { ...base(seed, seed.metastoreId, catalog), kind: "catalog" as const };
    state.put(parent);
    for (const schema of catalog.schemas) await plantSchema(seed, schema, parent.id, state, folder);
  }
  for (const grant of seed.grants) {
    const securableId = grantTarget(state, grant);
    state.grant({ securableId, principal: grant.principal, privileges: grant.privileges });
  }
  return state;
}

async function plantSchema(
  seed: Seed,
  schema: SeedSchema,
  catalogId: string,
  state: MetastoreState,
  folder: StateFolder,
): Promise<void> {
  const parent = { ...base(seed, catalogId, schema), kind: "schema" as const };
  state.put(parent);
  for (const table of schema.tables) {
    const common = base(seed, parent.id, table);
    state.put({
      ...common,
      kind: "table",
      tableType: table.tableType,
      ...(table.tableType === "VIEW"
        ? { viewDefinition: table.viewDefinition }
        : {
            dataSourceFormat: "DELTA",
            storageLocation: storageLocation(seed.metastoreId, "tables", common.id),
          }),
      columns: table.columns.map((column, position) => columnOf(column, position)),
    });
  }
  for (const one of schema.functions)
    state.put({ ...base(seed, parent.id, one), kind: "function", routine: routineOf(one) });
  for (const volume of schema.volumes) {
    const common = base(seed, parent.id, volume);
    const location = storageLocation(seed.metastoreId, "volumes", common.id);
    state.put({ ...common, kind: "volume", volumeType: "MANAGED", storageLocation: location });
    await folder.makeVolume(common.id);
    for (const file of volume.files) {
      const path = join(folder.volumeDir(common.id), file.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.text, { flush: true });
    }
  }
}

function routineOf(of: SeedSchema["functions"][number]): Routine {
  const result = columnOf({ name: of.name, type: of.returns, nullable: true }, 0);
  const isSql = of.language === "SQL";
  return {
    data_type: result.type_name,
    full_data_type: result.type_text.toUpperCase(),
    input_params: {
      parameters: of.parameters.map((parameter, position) => {
        const { nullable: _, ...column } = columnOf({ ...parameter, nullable: true }, position);
        return { ...column, parameter_mode: "IN", parameter_type: "PARAM" };
      }),
    },
    routine_body: isSql ? "SQL" : "EXTERNAL",
    routine_definition: of.definition,
    parameter_style: "S",
    is_deterministic: true,
    is_null_call: true,
    sql_data_access: isSql ? "CONTAINS_SQL" : "NO_SQL",
    security_type: "DEFINER",
    specific_name: of.name,
    ...(isSql ? {} : { external_language: of.language }),
  };
}

function base(
  seed: Seed,
  parentId: string,
  of: { name: string; comment?: string | undefined; owner?: string | undefined },
) {
  const { name, comment, owner = seed.owner } = of;
  return { id: randomUUID(), parentId, name, comment, ...createdBy(owner) };
}

function grantTarget(state: MetastoreState, grant: Seed["grants"][number]): string {
  const { kind, securable } = grant;
  if (kind === undefined || securable === undefined) return state.metastoreId;
  const found = state.at(kind, securable.split("."));
  if (found === undefined)
    throw new Error(`The seed has a grant on ${kind} ${securable}, but no such ${kind}.`);
  return found.id;
}
