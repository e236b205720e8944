import { z } from "zod";

const PRIVILEGES = [
  "ALL_PRIVILEGES",
  "BROWSE",
  "CREATE_CATALOG",
  "CREATE_FUNCTION",
  "CREATE_SCHEMA",
  "CREATE_TABLE",
  "CREATE_VOLUME",
  "EXECUTE",
  "MANAGE",
  "MODIFY",
  "READ_VOLUME",
  "SELECT",
  "USE_CATALOG",
  "USE_SCHEMA",
  "WRITE_VOLUME",
] as const;
export const privilegeSchema = z.enum(PRIVILEGES);
export type Privilege = z.infer<typeof privilegeSchema>;

const base = {
  id: z.string(),
  /** The id of the catalog or schema above it; for a catalog, of the metastore. */
  parentId: z.string(),
  name: z.string(),
  owner: z.string(),
  comment: z.string().optional(),
  properties: z.record(z.string(), z.string()).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  /** Times are in epoch milliseconds. */
  createdAt: z.number(),
  createdBy: z.string(),
  updatedAt: z.number(),
  updatedBy: z.string(),
};

export const columnSchema = z.object({
  name: z.string(),
  type_text: z.string(),
  type_name: z.string(),
  type_json: z.string(),
  position: z.number().int(),
  nullable: z.boolean(),
  comment: z.string().optional(),
});
export type Column = z.infer<typeof columnSchema>;

/** A key of a table. Without a parent it is the primary key. */
const constraintSchema = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  rely: z.boolean().optional(),
  parent: z.object({ table: z.array(z.string()), columns: z.array(z.string()) }).optional(),
});
export type Constraint = z.infer<typeof constraintSchema>;

const parametersSchema = z.object({
  parameters: z
    .array(
      z.object({
        name: z.string(),
        type_text: z.string(),
        type_name: z.string(),
        type_json: z.string().optional(),
        type_precision: z.number().int().optional(),
        type_scale: z.number().int().optional(),
        type_interval_type: z.string().optional(),
        position: z.number().int(),
        parameter_mode: z.enum(["IN"]).optional(),
        parameter_type: z.enum(["PARAM", "COLUMN"]).optional(),
        parameter_default: z.string().optional(),
        comment: z.string().optional(),
      }),
    )
    .optional(),
});

/** What a function is, in the fields of Unity Catalog's FunctionInfo. */
export const routineSchema = z.object({
  data_type: z.string(),
  full_data_type: z.string(),
  input_params: parametersSchema,
  return_params: parametersSchema.optional(),
  routine_body: z.enum(["SQL", "EXTERNAL"]),
  routine_definition: z.string(),
  routine_dependencies: z.record(z.string(), z.unknown()).optional(),
  parameter_style: z.enum(["S"]),
  is_deterministic: z.boolean(),
  is_null_call: z.boolean(),
  sql_data_access: z.enum(["CONTAINS_SQL", "NO_SQL", "READS_SQL_DATA"]),
  security_type: z.enum(["DEFINER"]),
  specific_name: z.string(),
  sql_path: z.string().optional(),
  external_language: z.string().optional(),
  external_name: z.string().optional(),
  /** A function has its properties as JSON text. */
  properties: z.string().optional(),
});
export type Routine = z.infer<typeof routineSchema>;

export const securableSchema = z.discriminatedUnion("kind", [
  z.object({
    ...base,
    kind: z.literal("catalog"),
    storageRoot: z.string().optional(),
    isolationMode: z.enum(["OPEN", "ISOLATED"]).optional(),
  }),
  z.object({ ...base, kind: z.literal("schema") }),
  z.object({
    ...base,
    kind: z.literal("table"),
    tableType: z.enum(["MANAGED", "EXTERNAL", "VIEW"]),
    dataSourceFormat: z.string().optional(),
    storageLocation: z.string().optional(),
    viewDefinition: z.string().optional(),
    /** Where the names in a view's text are resolved. */
    viewDefaults: z.object({ catalog: z.string(), schema: z.string() }).optional(),
    viewSettings: z.record(z.string(), z.string()).optional(),
    columns: z.array(columnSchema),
    constraints: z.array(constraintSchema).optional(),
    partitionColumns: z.array(z.string()).optional(),
    clusterColumns: z.array(z.string()).optional(),
    /** The tags of each column that has some. */
    columnTags: z.record(z.string(), z.record(z.string(), z.string())).optional(),
    /** The full names of the tables that statements wrote its rows from, with when the last one did. */
    lineage: z.record(z.string(), z.number()).optional(),
  }),
  z.object({
    ...base,
    kind: z.literal("volume"),
    volumeType: z.enum(["MANAGED", "EXTERNAL"]),
    storageLocation: z.string(),
  }),
  z.object({ ...base, kind: z.literal("function"), routine: routineSchema }),
]);

/** A securable as it is stored. What REST shows of it is up to its service in unity-catalog/. */
export type Securable = z.infer<typeof securableSchema>;
export type Kind = Securable["kind"];
export type OfKind<K extends Kind> = Extract<Securable, { kind: K }>;

export const grantSchema = z.object({
  securableId: z.string(),
  principal: z.string(),
  privileges: z.array(privilegeSchema),
});
export type Grant = z.infer<typeof grantSchema>;

interface KindFacts {
  /** As Databricks' messages call it. */
  title: string;
  /** The kind above it; a catalog is directly in the metastore. */
  parent: "catalog" | "schema" | undefined;
  /** The privilege on the parent that creating one takes. */
  create: Privilege;
  /** Any of them lets a principal see it. The first one is named in a refusal; on a catalog or schema it is USE. */
  sight: readonly [Privilege, ...Privilege[]];
}

/** The tree of securables, and the privileges that each kind goes by. */
export const KINDS: Readonly<Record<Kind, KindFacts>> = {
  catalog: {
    title: "Catalog",
    parent: undefined,
    create: "CREATE_CATALOG",
    sight: ["USE_CATALOG", "BROWSE"],
  },
  schema: { title: "Schema", parent: "catalog", create: "CREATE_SCHEMA", sight: ["USE_SCHEMA", "BROWSE"] },
  table: { title: "Table", parent: "schema", create: "CREATE_TABLE", sight: ["SELECT", "MODIFY", "BROWSE"] },
  volume: {
    title: "Volume",
    parent: "schema",
    create: "CREATE_VOLUME",
    sight: ["READ_VOLUME", "WRITE_VOLUME", "BROWSE"],
  },
  function: { title: "Function", parent: "schema", create: "CREATE_FUNCTION", sight: ["EXECUTE", "BROWSE"] },
};

/** The kinds from the catalog down to this one: as many as its full name has parts. */
export function lineage(kind: Kind): Kind[] {
  const { parent } = KINDS[kind];
  return parent === undefined ? [kind] : [...lineage(parent), kind];
}

/** What every new securable has: whoever creates it owns it. */
export function createdBy(owner: string) {
  const now = Date.now();
  return { owner, createdAt: now, createdBy: owner, updatedAt: now, updatedBy: owner };
}
