import { OperationError } from "@front-door/operations";
import { operationsOf, type SettingsEditors } from "./allowed-operations.ts";
import type { FindApiKey } from "./api-keys.ts";
import { realm, type WayIn } from "./caller.ts";
import { credentialHeader, databricksToken, unauthenticated } from "./credential-header.ts";
import { proxyHeader } from "./proxy-identity.ts";

/** `API_AUTH=none`: everyone who reaches this process may call, as the user of a Databricks token or as the gateway. */
export const anonymous: WayIn = {
  challenge: `Bearer ${realm}`,
  credential: "Authorization",
  advice: "leave out the Authorization header",
  credentialOf: ({ headers }) => headers.authorization,
  signIn: (req, proxy) => ({
    name: "anonymous",
    mode: "none",
    groups: [],
    signedIn: false,
    databricksToken: databricksToken(req, proxy.accessToken),
  }),
};

/** `API_AUTH=api-key`: a key in `X-Api-Key`; `Authorization` may bring a Databricks token beside it. */
export function apiKey(findKey: FindApiKey): WayIn {
  return {
    // No scheme is registered for it, and a 401 has to name one (RFC 9110, 11.6.1).
    challenge: `ApiKey ${realm}, header="X-Api-Key"`,
    credential: "X-Api-Key",
    advice: "send a key in X-Api-Key",
    credentialOf: ({ headers }) => headers["x-api-key"]?.toString(),
    signIn(req, proxy) {
      const given = credentialHeader(req, "x-api-key");
      if (given === undefined) throw unauthenticated("The header X-Api-Key is missing.");
      const key = findKey(given);
      if (key === undefined) throw unauthenticated("The key in X-Api-Key is unknown or has expired.");
      return {
        name: key.name,
        mode: "api-key",
        groups: [],
        signedIn: true,
        databricksToken: databricksToken(req, proxy.accessToken),
        allowedOperations: key.operations,
      };
    },
  };
}

/** `API_AUTH=forwarded`: a trusted proxy, like that of Databricks Apps, has signed the caller in and names them. */
export function forwarded(editors: SettingsEditors): WayIn {
  return {
    challenge: `Bearer ${realm}`,
    credential: "the identity headers of a proxy",
    advice: "come through the trusted proxy that signs people in",
    credentialOf: proxyHeader,
    signIn(req, proxy) {
      if (!proxy.trusted) {
        throw new OperationError(
          "PROXY_NOT_TRUSTED",
          "Requests must come through a trusted proxy, and this one comes from another address. Add the proxy to TRUSTED_PROXIES.",
        );
      }
      const { userName: name } = proxy;
      if (name === undefined) {
        throw unauthenticated(
          "The proxy does not name the caller: it must set X-Forwarded-Email or X-Forwarded-User.",
        );
      }
      return {
        name,
        mode: "forwarded",
        groups: [],
        signedIn: true,
        databricksToken: databricksToken(req, proxy.accessToken),
        allowedOperations: operationsOf(name, editors),
      };
    },
  };
}
