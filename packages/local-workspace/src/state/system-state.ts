import { INFORMATION_SCHEMA, typeText } from "@front-door/sql-engine";
import { columnOf } from "./column-type.ts";
import type { MetastoreState } from "./metastore-state.ts";
import type { Securable } from "./securables.ts";

/** Owns what every metastore has by itself. Whoever sees the catalog sees it. */
export const SYSTEM_USER = "System user";
export const SYSTEM_CATALOG = "system";
export const INFORMATION_SCHEMA_NAME = "information_schema";

const views = INFORMATION_SCHEMA.map(({ name, columns }) => ({
  name,
  columns: columns.map((column, at) =>
    columnOf({ name: column.name, type: typeText(column.type), nullable: true }, at),
  ),
}));

const states = new WeakMap<MetastoreState, MetastoreState>();

/** The metadata with the catalog `system` and each catalog's information_schema, which are nowhere stored. For reading only. */
export function withSystem(state: MetastoreState): MetastoreState {
  const known = states.get(state);
  if (known !== undefined) return known;
  const whole = state.copy();
  whole.put({
    ...by,
    id: SYSTEM_CATALOG,
    parentId: state.metastoreId,
    kind: "catalog",
    name: SYSTEM_CATALOG,
  });
  for (const { id } of whole.children(state.metastoreId, "catalog"))
    for (const securable of informationSchema(id)) whole.put(securable);
  states.set(state, whole);
  return whole;
}

const by = { owner: SYSTEM_USER, createdAt: 0, createdBy: SYSTEM_USER, updatedAt: 0, updatedBy: SYSTEM_USER };

function informationSchema(catalogId: string): Securable[] {
  const name = INFORMATION_SCHEMA_NAME;
  const id = `${catalogId}/${name}`;
  const comment = "Information schema (auto-created)";
  return [
    { ...by, id, parentId: catalogId, kind: "schema", name, comment },
    ...views.map((view) => ({
      ...by,
      ...view,
      id: `${id}/${view.name}`,
      parentId: id,
      kind: "table" as const,
      tableType: "VIEW" as const,
    })),
  ];
}
