import { SecretsService } from "@databricks/sdk-experimental/dist/apis/workspace/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const listSecretScopes: Handler<"list_secret_scopes"> = async (_params, { signal }) => {
  const scopes: object[] = [];
  // There is one page, and the method that gets it takes no request.
  for await (const scope of service(SecretsService, signal).listScopes()) scopes.push(scope);
  return { scopes };
};
