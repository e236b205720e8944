/** The areas of Databricks that operations belong to: the groups of the API document, and `domain:<name>` in a list. */
export const domains = {
  identity: { title: "Identity", description: "Who operations run as." },
  unity_catalog: {
    title: "Unity Catalog",
    description: "Catalogs, schemas, tables, volumes, functions, and who may use them.",
  },
  files: { title: "Files", description: "Directories and files in volumes." },
  sql: {
    title: "SQL",
    description: "Queries, statements, the warehouses that they run on, saved queries and the query history.",
  },
  jobs: { title: "Jobs", description: "Jobs and their runs." },
  compute: { title: "Compute", description: "Clusters, their policies and node types, and instance pools." },
  pipelines: { title: "Pipelines", description: "Pipelines and their updates." },
  serving: { title: "Model serving", description: "Serving endpoints, and what their models answer." },
  genie: { title: "Genie", description: "Questions in plain words about the data of a Genie space." },
  vector_search: { title: "Vector search", description: "Endpoints and indexes, and what they find." },
  workspace: { title: "Workspace", description: "Notebooks, files and Git folders of the workspace." },
  apps: { title: "Apps", description: "Databricks Apps." },
  dashboards: { title: "Dashboards", description: "Dashboards, and whether they are published." },
  secrets: { title: "Secrets", description: "Secret scopes and the names of their keys, never a value." },
} as const;

export type Domain = keyof typeof domains;

export function isDomain(name: string): name is Domain {
  return Object.hasOwn(domains, name);
}
