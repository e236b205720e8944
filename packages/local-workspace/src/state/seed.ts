import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import defaultSeedFile from "../../seed/default.json" with { type: "json" };
import { jobSettingsSchema } from "../jobs/job-settings.ts";
import { WAREHOUSE_STATES } from "../sql/warehouse-states.ts";
import { SCOPES } from "./scopes.ts";
import { privilegeSchema } from "./securables.ts";

const columnSchema = z.strictObject({
  name: z.string(),
  /** A SQL type such as `bigint` or `decimal(15,2)`. */
  type: z.string(),
  nullable: z.boolean().default(true),
  comment: z.string().optional(),
});

const tableSchema = z.strictObject({
  name: z.string(),
  comment: z.string().optional(),
  owner: z.string().optional(),
  tableType: z.enum(["MANAGED", "EXTERNAL", "VIEW"]).default("MANAGED"),
  viewDefinition: z.string().optional(),
  columns: z.array(columnSchema),
});

const volumeSchema = z.strictObject({
  name: z.string(),
  comment: z.string().optional(),
  owner: z.string().optional(),
  /** `path` is relative to the volume. */
  files: z.array(z.strictObject({ path: z.string(), text: z.string() })).default([]),
});

const functionSchema = z.strictObject({
  name: z.string(),
  comment: z.string().optional(),
  owner: z.string().optional(),
  parameters: z
    .array(z.strictObject({ name: z.string(), type: z.string(), comment: z.string().optional() }))
    .default([]),
  /** The SQL type of its value. */
  returns: z.string(),
  language: z.enum(["SQL", "Python"]).default("SQL"),
  definition: z.string(),
});

const schemaSchema = z.strictObject({
  name: z.string(),
  comment: z.string().optional(),
  owner: z.string().optional(),
  tables: z.array(tableSchema).default([]),
  volumes: z.array(volumeSchema).default([]),
  functions: z.array(functionSchema).default([]),
});

/** An OAuth app that signs users in. */
export const oauthAppSchema = z.strictObject({
  clientId: z.string().min(1),
  name: z.string(),
  /** A public app has none. */
  clientSecret: z.string().min(1).optional(),
  /** Where it may send the browser, compared exactly. One of this machine that names no port stands for every port. */
  redirectUrls: z.array(z.url({ protocol: /^https?$/ })).min(1),
  scopes: z.array(z.enum(SCOPES)).default([...SCOPES]),
  /** Default: `oauthTokenSeconds`. */
  accessTokenSeconds: z.number().positive().optional(),
  refreshTokenSeconds: z
    .number()
    .positive()
    .default(7 * 86_400),
  /** A refresh then returns another refresh token, and using one twice ends the sign-in. */
  singleUseRefreshTokens: z.boolean().default(false),
});

/**
 * Under it a JWT of another issuer is exchanged for a token: of the user or service principal that `subjectClaim` names, or
 * of `servicePrincipal` (an application id) if the claim is `subject`.
 */
export const federationPolicySchema = z
  .strictObject({
    name: z.string().min(1),
    issuer: z.url({ protocol: /^https?$/ }),
    audiences: z.array(z.string().min(1)).min(1),
    subjectClaim: z.string().min(1).default("sub"),
    servicePrincipal: z.string().optional(),
    subject: z.string().min(1).optional(),
    /** Default: what the issuer's discovery document names. */
    jwksUri: z.url({ protocol: /^https?$/ }).optional(),
  })
  .refine(
    ({ servicePrincipal, subject }) => (servicePrincipal === undefined) === (subject === undefined),
    "servicePrincipal and subject belong together",
  );

export type FederationPolicy = z.infer<typeof federationPolicySchema>;

export type OAuthApp = z.infer<typeof oauthAppSchema>;

const seedSchema = z.strictObject({
  metastoreId: z.string(),
  /** The header `x-databricks-org-id` of every API's reply. */
  workspaceId: z.string().regex(/^\d+$/).default("4000000000000001"),
  accountId: z.string().default("6f3a1d50-2b7c-4e89-9d14-5c8e07b2a9f3"),
  /** Owns everything that names no other owner. */
  owner: z.string(),
  /** The lifetime of a token from `/oidc/v1/token`. */
  oauthTokenSeconds: z.number().positive().default(3600),
  users: z.array(
    z.strictObject({
      id: z.string(),
      userName: z.string(),
      displayName: z.string(),
      givenName: z.string(),
      familyName: z.string(),
      token: z.string().min(1),
      /** Admins may do everything. */
      admin: z.boolean().default(false),
    }),
  ),
  servicePrincipals: z.array(
    z.strictObject({
      id: z.string(),
      applicationId: z.string(),
      displayName: z.string(),
      clientSecret: z.string().min(1),
      admin: z.boolean().default(false),
    }),
  ),
  oauthApps: z.array(oauthAppSchema).default([]),
  federationPolicies: z.array(federationPolicySchema).default([]),
  /** `securable` is a full name. Without it the grant is on the metastore. */
  grants: z.array(
    z.strictObject({
      principal: z.string(),
      kind: z.enum(["catalog", "schema", "table", "volume", "function"]).optional(),
      securable: z.string().optional(),
      privileges: z.array(privilegeSchema),
    }),
  ),
  catalogs: z.array(
    z.strictObject({
      name: z.string(),
      comment: z.string().optional(),
      owner: z.string().optional(),
      schemas: z.array(schemaSchema).default([]),
    }),
  ),
  /** Saved queries of the SQL editor. */
  queries: z
    .array(
      z.strictObject({
        id: z.string(),
        displayName: z.string(),
        description: z.string().optional(),
        text: z.string(),
        catalog: z.string().optional(),
        schema: z.string().optional(),
        warehouseId: z.string().optional(),
        owner: z.string().optional(),
        /** Who may see it, besides its owner and admins. Default: everyone. */
        viewers: z.array(z.string()).optional(),
        /** As `2026-11-28T08:00:00Z`. */
        createdAt: z.iso.datetime(),
      }),
    )
    .default([]),
  warehouses: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      state: z.enum(WAREHOUSE_STATES),
      cluster_size: z.string(),
      warehouse_type: z.string(),
      enable_serverless_compute: z.boolean(),
      creator_name: z.string(),
      /** Who may run statements on it, besides admins. Default: everyone. */
      users: z.array(z.string()).optional(),
    }),
  ),
  clusters: z
    .array(
      z.looseObject({
        cluster_id: z.string(),
        /** Who may use it, besides admins. Default: everyone. */
        users: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  genieSpaces: z
    .array(
      z.strictObject({
        space_id: z.string(),
        title: z.string(),
        description: z.string(),
        warehouse_id: z.string(),
        /** All that it can answer. */
        questions: z
          .array(z.strictObject({ question: z.string(), title: z.string(), sql: z.string() }))
          .min(1),
        /** Who may see and ask it, besides admins. Default: everyone. */
        users: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  /** As the API has them. */
  clusterPolicies: z.array(z.looseObject({ policy_id: z.string() })).default([]),
  instancePools: z.array(z.looseObject({ instance_pool_id: z.string() })).default([]),
  pipelines: z
    .array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        /** It runs as its creator. */
        creator: z.string(),
        /** Who may see and run it, besides its creator and admins. */
        runners: z.array(z.string()).default([]),
        spec: z.looseObject({
          catalog: z.string(),
          schema: z.string(),
          libraries: z.array(z.object({ file: z.object({ path: z.string() }) })),
        }),
      }),
    )
    .default([]),
  jobs: z
    .array(
      z.strictObject({
        creator: z.string(),
        /** Who may see and run it, besides its creator and admins. */
        runners: z.array(z.string()).default([]),
        /** As the Jobs API has them. */
        settings: jobSettingsSchema,
      }),
    )
    .default([]),
  /** As the API has them. */
  apps: z
    .array(
      z.looseObject({
        name: z.string(),
        /** Who may see it, besides admins. Default: everyone. */
        users: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  /** As the API has their drafts. */
  dashboards: z
    .array(
      z.looseObject({
        dashboard_id: z.string(),
        lifecycle_state: z.enum(["ACTIVE", "TRASHED"]).default("ACTIVE"),
        serialized_dashboard: z.string().optional(),
        /** As the API has it, if it is published. */
        published: z.looseObject({}).optional(),
        /** Who may see it, besides admins. Default: everyone. */
        viewers: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  /** Names alone: there is no secret. */
  secretScopes: z
    .array(
      z.strictObject({
        name: z.string(),
        keys: z.array(z.string()),
        /** When its keys were last changed, in milliseconds since 1970. */
        updatedAt: z.number(),
        /** Who may list its keys, besides admins. Default: everyone. */
        readers: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  /** Git folders, each with the commits of its branches and tags. The first branch is checked out. */
  repos: z
    .array(
      z.strictObject({
        id: z.int(),
        path: z.string(),
        url: z.string(),
        provider: z.string(),
        branches: z.record(z.string(), z.string()),
        tags: z.record(z.string(), z.string()).default({}),
        /** Who may see and change it, besides admins. */
        managers: z.array(z.string()),
      }),
    )
    .default([]),
  /** Notebooks of the workspace. Their folders must be there: `/Shared`, or that of a user. */
  notebooks: z
    .array(
      z.strictObject({
        path: z.string(),
        language: z.enum(["PYTHON", "SCALA", "SQL", "R"]),
        text: z.string(),
      }),
    )
    .default([]),
  vectorSearchIndexes: z
    .array(
      z.strictObject({
        /** `catalog.schema.index`. */
        name: z.string(),
        endpoint_name: z.string(),
        source_table: z.string(),
        primary_key: z.string(),
        /** The column whose words make the vectors. */
        text_column: z.string(),
      }),
    )
    .default([]),
  servingEndpoints: z
    .array(
      z.strictObject({
        name: z.string(),
        /** Which of the built-in models it serves. */
        model: z.enum(["echo-chat", "hash-embedding"]),
        /** Who may see and query it, besides admins. Default: everyone. */
        users: z.array(z.string()).optional(),
      }),
    )
    .default([]),
});

export type Seed = z.infer<typeof seedSchema>;
/** A seed as a file can state it, without the fields that have defaults. */
export type SeedInput = z.input<typeof seedSchema>;

/** The package's own seed. Its tokens and its secret are recognisably not real. */
export const defaultSeed: Seed = seedSchema.parse(defaultSeedFile);

/** Throws an error that names the file and what is wrong with it. */
export function readSeed(file: string | undefined): Seed {
  if (file === undefined) return defaultSeed;
  const problem = (what: string) => new Error(`seed file ${file} ${what}`);
  let text: string;
  try {
    // A pipe or a device may have no end.
    if (!statSync(file).isFile()) throw problem("is not a file");
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw problem(`cannot be read (${String(error.code)})`);
  }
  const result = seedSchema.safeParse(parseJson(text));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw problem(`is invalid: ${[issue?.path.join("."), issue?.message].filter(Boolean).join(": ")}`);
}

/** Undefined when the text is not JSON: the parser's message would show a part of it, which can be a token. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
