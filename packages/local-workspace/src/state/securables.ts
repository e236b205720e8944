import { z } from "zod";

const PRIVILEGES = [
  "ALL_PRIVILEGES",
  "BROWSE",
  "CREATE_CATALOG",
  "CREATE_SCHEMA",
  "CREATE_TABLE",
  "CREATE_VOLUME",
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
  /** The id of the catalog or schema above; the metastore's for a catalog. */
  parentId: z.string(),
  name: z.string(),
  owner: z.string(),
  comment: z.string().optional(),
  properties: z.record(z.string(), z.string()).optional(),
  /** Epoch milliseconds, as all times here. */
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

export const securableSchema = z.discriminatedUnion("kind", [
  z.object({ ...base, kind: z.literal("catalog"), storageRoot: z.string().optional() }),
  z.object({ ...base, kind: z.literal("schema") }),
  z.object({
    ...base,
    kind: z.literal("table"),
    tableType: z.enum(["MANAGED", "EXTERNAL", "VIEW"]),
    dataSourceFormat: z.string().optional(),
    storageLocation: z.string().optional(),
    viewDefinition: z.string().optional(),
    /** Where the names in a view's text are looked up. */
    viewDefaults: z.object({ catalog: z.string(), schema: z.string() }).optional(),
    columns: z.array(columnSchema),
  }),
  z.object({
    ...base,
    kind: z.literal("volume"),
    volumeType: z.enum(["MANAGED", "EXTERNAL"]),
    storageLocation: z.string(),
  }),
]);

/** A catalog, schema, table or volume, as it is kept; what Databricks shows of it is built per service. */
export type Securable = z.infer<typeof securableSchema>;
export type Kind = Securable["kind"];
export type OfKind<K extends Kind> = Extract<Securable, { kind: K }>;

export const grantSchema = z.object({
  securableId: z.string(),
  principal: z.string(),
  privileges: z.array(privilegeSchema),
});
export type Grant = z.infer<typeof grantSchema>;

/** How Databricks' messages and `details` call each kind. */
export const TITLES = { catalog: "Catalog", schema: "Schema", table: "Table", volume: "Volume" } as const;
