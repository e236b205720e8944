/** The boundaries of docs/architecture.md. Tests may import what they like, but not by a path into another package. */
export interface WorkspaceRules {
  /** Workspace folders; "any" is for the scripts, which start and test all of them. */
  readonly mayImport: readonly string[] | "any";
  /** The folders in `src/`, from the top down: each imports only those after it. Files in `src/` itself import any. */
  readonly rooms?: readonly string[];
  /** The one file that reads `process.env`; without it none does. */
  readonly environment?: string;
  /** Not part of the product: reads any setting anywhere, and may load modules whose names it computes. */
  readonly isTool?: boolean;
}

export const workspaces: Readonly<Record<string, WorkspaceRules>> = {
  "apps/api": {
    mayImport: [
      "packages/gateway-client",
      "packages/operations",
      "packages/policy",
      "packages/service-runtime",
    ],
    rooms: [
      "metrics",
      "tracing",
      "openapi",
      "routes",
      "mcp",
      "routing",
      "http",
      "settings",
      "rate-limit",
      "sign-in",
    ],
    environment: "src/settings/config.ts",
  },
  "apps/databricks-gateway": {
    mayImport: ["packages/operations", "packages/policy", "packages/service-runtime"],
    rooms: ["metrics", "tracing", "http", "audit", "operations", "auth", "sql", "databricks", "config"],
    environment: "src/config/config.ts",
  },
  "apps/console": { mayImport: ["packages/api-client"], environment: "vite.config.ts" },
  "packages/api-client": { mayImport: [] },
  "packages/cli": {
    mayImport: ["packages/api-client"],
    rooms: ["commands", "completion", "mcp", "formats", "transfer", "session", "output"],
    environment: "src/session/environment.ts",
  },
  "packages/gateway-client": { mayImport: ["packages/operations", "packages/service-runtime"] },
  "packages/local-workspace": { mayImport: ["packages/sql-engine"], environment: "src/config.ts" },
  "packages/operations": { mayImport: ["packages/service-runtime"] },
  "packages/policy": { mayImport: ["packages/operations", "packages/service-runtime"] },
  "packages/service-runtime": { mayImport: [] },
  "packages/sql-engine": { mayImport: [] },
  bench: { mayImport: ["packages/local-workspace", "packages/operations"], isTool: true },
  scripts: { mayImport: "any", isTool: true },
};

/** Libraries that are not for everyone: a name, or a scope as `@scope/`. */
export const libraries: Readonly<Record<string, readonly string[]>> = {
  "@databricks/": ["apps/databricks-gateway", "bench"],
  express: ["apps/api", "bench"],
  fastify: ["apps/databricks-gateway"],
  "@fastify/": ["apps/databricks-gateway"],
};

/** The only part of the product that names a setting such as `DATABRICKS_TOKEN`. */
export const databricksSettings = "apps/databricks-gateway";
