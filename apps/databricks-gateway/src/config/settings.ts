import { workspaceName } from "@front-door/operations";
import { policySettings } from "@front-door/policy";
import {
  callerShare,
  commaSeparated,
  gatewaySettings,
  logLevel,
  metricsSettings,
  oneOf,
  stopSettings,
  tracingSecrets,
  tracingSettings,
  trueOrFalse,
  wholeNumber,
} from "@front-door/service-runtime";
import * as z from "zod";
import { federationSettings } from "./federation-settings.ts";
import { proxySettings } from "./forward-proxy.ts";
import { sessionSettings } from "./session-settings.ts";
import { workloadSettings } from "./workload-settings.ts";
import {
  visible,
  warehouseHttpPath,
  warehouseIdText,
  workspaceAddress,
  workspaceIdText,
} from "./workspace-address.ts";

/** Room for a few small streams at a time. */
const streamBytesLeast = 4 * 1024 * 1024;

const fields = {
  ...gatewaySettings,
  CALLER_SHARE_PERCENT: callerShare,
  STREAM_BYTES_MAX: wholeNumber(streamBytesLeast, 1024 ** 4).default(32 * 1024 * 1024),
  ...stopSettings,
  ...metricsSettings,
  ...tracingSettings,
  LOG_LEVEL: logLevel,
  DATABRICKS_HOST: workspaceAddress.optional(),
  DATABRICKS_CLIENT_ID: visible.optional(),
  DATABRICKS_CLIENT_SECRET: visible.optional(),
  DATABRICKS_TOKEN: visible.optional(),
  ...workloadSettings,
  ARM_TENANT_ID: visible.optional(),
  ARM_CLIENT_ID: visible.optional(),
  ARM_CLIENT_SECRET: visible.optional(),
  DATABRICKS_CONFIG_PROFILE: z.string().optional(),
  DATABRICKS_CONFIG_FILE: z.string().optional(),
  DATABRICKS_WORKSPACE_ID: workspaceIdText.optional(),
  DATABRICKS_HTTP_PATH: warehouseHttpPath.optional(),
  DATABRICKS_WAREHOUSE_ID: warehouseIdText.optional(),
  DATABRICKS_WORKSPACES: commaSeparated.pipe(z.array(workspaceName)).default([]),
  DATABRICKS_ALLOWED_HOSTS: commaSeparated.pipe(z.array(workspaceAddress)).default([]),
  LOCAL_WORKSPACE: trueOrFalse,
  ...sessionSettings,
  ...federationSettings,
  ...proxySettings,
  ...policySettings,
  ACCESS_FILE: z.string().optional(),
  AUDIT_LOG: z.string().default("stdout"),
  AUDIT_DURABILITY: oneOf(["strict", "relaxed"]).optional(),
  AUDIT_LOG_BYTES_MAX: wholeNumber(1024, 1024 ** 4).default(100 * 1024 * 1024),
  AUDIT_LOG_FILES: wholeNumber(1, 10_000).default(10),
  AUDIT_SQL: trueOrFalse,
  AUDIT_PARAMETERS: trueOrFalse,
};

/** The settings of the gateway. `.env.template` documents them, and a test keeps both in step. */
export const settings = {
  fields,
  secrets: [
    "GATEWAY_SECRET",
    "DATABRICKS_TOKEN",
    "DATABRICKS_CLIENT_ID",
    "DATABRICKS_CLIENT_SECRET",
    "DATABRICKS_OIDC_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ARM_CLIENT_SECRET",
    "DATABRICKS_OAUTH_CLIENT_SECRET",
    "SESSION_KEY",
    "REDIS_URL",
    ...tracingSecrets,
  ],
  // The start script takes these from the gateway's files too.
  otherNames: ["PORT", "DIR", "TLS", "SAMPLE_DATA", "SEED"].map((name) => `LOCAL_WORKSPACE_${name}`),
  // Neither `DATABRICKS_` nor `ARM_`: the SDKs have many more of them.
  prefixes: ["GATEWAY_", "IDENTITY_POLICY", "AUDIT_", "LOCAL_WORKSPACE_", "SESSION_"],
} as const;

const values = z.object(fields);

export type Settings = z.output<typeof values>;
