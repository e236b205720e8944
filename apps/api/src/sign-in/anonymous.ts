import type { WayIn } from "./caller.ts";
import { realm } from "./challenge.ts";
import { databricksToken } from "./databricks-token.ts";

/** `API_AUTH=none`: everybody who reaches this process may come in, as the user of a Databricks token or as the gateway. */
export const anonymous: WayIn = {
  challenge: `Bearer ${realm}`,
  signIn: (req, proxy) => ({
    name: "anonymous",
    signedIn: false,
    databricksToken: databricksToken(req, proxy),
  }),
};
