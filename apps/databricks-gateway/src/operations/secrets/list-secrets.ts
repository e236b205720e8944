import { SecretsService } from "@databricks/sdk-experimental/dist/apis/workspace/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listSecrets: Handler<"list_secrets"> = async (request, { signal }) =>
  listPage({ service: service(SecretsService, signal), method: "listSecrets", entries: "secrets", request });
