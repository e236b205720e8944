import type { ApiKeys } from "./api-keys.ts";
import type { WayIn } from "./caller.ts";
import { realm } from "./challenge.ts";
import { credentialHeader, unauthenticated } from "./credential-header.ts";
import { databricksToken } from "./databricks-token.ts";

/** `API_AUTH=api-key`: a key in `X-Api-Key`; `Authorization` may bring a Databricks token beside it. */
export function apiKey(keys: ApiKeys): WayIn {
  return {
    // There is no registered scheme for it, and a 401 has to name one (RFC 9110, 11.6.1).
    challenge: `ApiKey ${realm}, header="X-Api-Key"`,
    signIn(req, proxy) {
      const given = credentialHeader(req, "x-api-key");
      if (given === undefined) throw unauthenticated("The header X-Api-Key is missing.");
      const key = keys.find(given);
      if (key === undefined) throw unauthenticated("The key in X-Api-Key is not known here, or has expired.");
      return {
        name: key.name,
        signedIn: true,
        databricksToken: databricksToken(req, proxy),
        allowedOperations: key.operations,
      };
    },
  };
}
