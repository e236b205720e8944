import { startGateway } from "../gateway-under-test.ts";
import { addLiveTests } from "./live-tier.ts";

// The settings of the gateway, by their own names, and LIVE_CATALOG.
const { LIVE_CATALOG: catalog, DATABRICKS_HOST: host = "" } = process.env;
const names = /^(DATABRICKS|ARM)_|^(HTTPS?|NO)_PROXY$/i;
const settings = Object.fromEntries(
  Object.entries(process.env).filter(
    (entry): entry is [string, string] => names.test(entry[0]) && entry[1] !== undefined,
  ),
);

addLiveTests(() => startGateway(host, { ...settings, LOCAL_WORKSPACE: "false" }), {
  catalog,
  obstacles: "skip",
});
