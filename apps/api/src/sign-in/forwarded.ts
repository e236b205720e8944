import { OperationError } from "@front-door/operations";
import type { WayIn } from "./caller.ts";
import { realm } from "./challenge.ts";
import { unauthenticated } from "./credential-header.ts";
import { databricksToken } from "./databricks-token.ts";

/** `API_AUTH=forwarded`: a trusted proxy, as that of Databricks Apps, has signed the caller in and says who it is. */
export const forwarded: WayIn = {
  challenge: `Bearer ${realm}`,
  signIn(req, proxy) {
    if (!proxy.trusted) {
      throw new OperationError(
        "PROXY_NOT_TRUSTED",
        "Callers come in through a trusted proxy only, and this request comes from another address. Settings: TRUSTED_PROXIES.",
      );
    }
    if (proxy.userName === undefined) {
      throw unauthenticated("The proxy does not say who calls: it has to set X-Forwarded-Email or -User.");
    }
    return { name: proxy.userName, signedIn: true, databricksToken: databricksToken(req, proxy) };
  },
};
