import {
  CatalogsService,
  SchemasService,
  TablesService,
  VolumesService,
} from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { FilesService } from "@databricks/sdk-experimental/dist/apis/files/index.js";
import { CurrentUserService } from "@databricks/sdk-experimental/dist/apis/iam/index.js";
import { Config } from "@databricks/sdk-experimental/dist/config/Config.js";
import type { Redactor } from "../log/redact.ts";
import { GatewayApiClient } from "./gateway-api-client.ts";
import type { Transport } from "./transport.ts";

/** The services of the SDK that operations use, as one identity. Imported one by one: all of them cost 311 ms. */
export interface WorkspaceClient {
  readonly api: GatewayApiClient;
  readonly catalogs: CatalogsService;
  readonly schemas: SchemasService;
  readonly tables: TablesService;
  readonly volumes: VolumesService;
  readonly files: FilesService;
  readonly currentUser: CurrentUserService;
}

/** Gives the value of the Authorization header; throws an OperationError. */
export type Authorization = () => Promise<string>;

export function createWorkspaceClient(
  transport: Transport,
  kind: "pat" | "oauth-m2m",
  authorization: Authorization,
  redact: Redactor,
): WorkspaceClient {
  const config = new Config({
    host: transport.origin,
    // With its defaults a Config takes DATABRICKS_* and ~/.databrickscfg, whatever it was given (sdk-traps 2).
    env: {},
    loaders: [],
    credentials: {
      name: kind,
      configure: async () => async (headers) => {
        headers.set("authorization", await authorization());
      },
    },
    // Its default is to verify nothing (sdk-traps 1). Our transport verifies always; this is for the SDK's own.
    skipVerify: false,
  });
  const api = new GatewayApiClient(config, transport, redact);
  return {
    api,
    catalogs: new CatalogsService(api),
    schemas: new SchemasService(api),
    tables: new TablesService(api),
    volumes: new VolumesService(api),
    files: new FilesService(api),
    currentUser: new CurrentUserService(api),
  };
}
