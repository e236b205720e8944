import { apps } from "./apps/apps.ts";
import { clusters } from "./compute/clusters.ts";
import { computeLists } from "./compute/compute-lists.ts";
import { dashboards } from "./dashboards/dashboards.ts";
import { directories } from "./files/directories.ts";
import { fileEndpoints } from "./files/file-endpoints.ts";
import { files } from "./files/files.ts";
import { presignedCalls } from "./files/multipart-calls.ts";
import { presignedUrls } from "./files/presigned-urls.ts";
import { genieSpaces } from "./genie/genie-spaces.ts";
import type { Route } from "./http/call.ts";
import { oidc } from "./identity/oidc.ts";
import { scimMe } from "./identity/scim-me.ts";
import { jobs } from "./jobs/jobs.ts";
import { runs } from "./jobs/runs.ts";
import { servingEndpoints } from "./model-serving/serving-endpoints.ts";
import { pipelines } from "./pipelines/pipelines.ts";
import { savedQueries } from "./queries/saved-queries.ts";
import { repos } from "./repos/repos.ts";
import { secrets } from "./secrets/secrets.ts";
import { connectorService } from "./sql/connector-service.ts";
import { warehouses } from "./sql/warehouses.ts";
import { queryHistory } from "./statement-execution/query-history.ts";
import { sqlSessions } from "./statement-execution/sql-sessions.ts";
import { statementExecution } from "./statement-execution/statement-execution.ts";
import { thriftService } from "./thrift-service/thrift-service.ts";
import { catalogs } from "./unity-catalog/catalogs.ts";
import { functions } from "./unity-catalog/functions.ts";
import { permissions } from "./unity-catalog/permissions.ts";
import { schemas } from "./unity-catalog/schemas.ts";
import { tableLineage } from "./unity-catalog/table-lineage.ts";
import { tableSummaries } from "./unity-catalog/table-summaries.ts";
import { tables } from "./unity-catalog/tables.ts";
import { tags } from "./unity-catalog/tags.ts";
import { volumes } from "./unity-catalog/volumes.ts";
import { vectorSearch } from "./vector-search/vector-search.ts";
import type { Workspace } from "./workspace.ts";
import { workspaceObjects } from "./workspace-files/workspace-objects.ts";

/** Every emulated service, one per line. Any other request is answered with 501. */
const services = {
  oidc,
  scimMe,
  catalogs,
  schemas,
  tables,
  tableSummaries,
  tableLineage,
  tags,
  volumes,
  functions,
  permissions,
  files,
  directories,
  fileEndpoints,
  presignedCalls,
  presignedUrls,
  warehouses,
  connectorService,
  thriftService,
  sqlSessions,
  statementExecution,
  queryHistory,
  jobs,
  runs,
  clusters,
  computeLists,
  pipelines,
  servingEndpoints,
  genieSpaces,
  vectorSearch,
  savedQueries,
  workspaceObjects,
  apps,
  dashboards,
  secrets,
  repos,
} satisfies Record<string, (workspace: Workspace) => Route[]>;

export function routesOf(workspace: Workspace): Route[] {
  return Object.values(services).flatMap((service) => service(workspace));
}
