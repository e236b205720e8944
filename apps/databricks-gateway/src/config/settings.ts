import { workspaceName } from "@front-door/operations";
import * as z from "zod";
import { visible, warehouseHttpPath, warehouseIdText, workspaceAddress } from "./workspace-address.ts";

const trueOrFalse = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((text) => text === "true")
  .default(false);

/** Between commas; empty places are ignored. */
const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

const wholeNumber = (least: number, most: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((number) => number >= least && number <= most, `must be from ${least} to ${most}`)
    .default(otherwise);

/** The settings of the gateway. `.env.template` lists them for people, and a test keeps both in step. */
export const settings = z.object({
  GATEWAY_PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a port number, 1 to 65535: leave it out for 3002")
    .transform(Number)
    .refine((port) => port <= 65_535, "must be a port number, 1 to 65535: leave it out for 3002")
    .default(3002),
  GATEWAY_SOCKET: z
    .string()
    .regex(
      /^\/.{1,102}$/,
      "must be an absolute path of at most 103 characters: leave it out to listen on the port",
    )
    .optional(),
  GATEWAY_SECRET: z
    .string("is missing: set it to 16 or more random characters, the same as the front door's")
    .min(16, "is too short: set it to 16 or more random characters")
    .regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters without spaces, since it travels in a header"),
  GATEWAY_SECRET_FILE: z.string().optional(),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      error: "must be one of trace, debug, info, warn, error, fatal, silent",
    })
    .default("info"),
  DATABRICKS_HOST: workspaceAddress.optional(),
  DATABRICKS_CLIENT_ID: visible.optional(),
  DATABRICKS_CLIENT_ID_FILE: z.string().optional(),
  DATABRICKS_CLIENT_SECRET: visible.optional(),
  DATABRICKS_CLIENT_SECRET_FILE: z.string().optional(),
  DATABRICKS_TOKEN: visible.optional(),
  DATABRICKS_TOKEN_FILE: z.string().optional(),
  DATABRICKS_CONFIG_PROFILE: z.string().optional(),
  DATABRICKS_CONFIG_FILE: z.string().optional(),
  DATABRICKS_HTTP_PATH: warehouseHttpPath.optional(),
  DATABRICKS_WAREHOUSE_ID: warehouseIdText.optional(),
  DATABRICKS_WORKSPACES: list.pipe(z.array(workspaceName)).default([]),
  DATABRICKS_ALLOWED_HOSTS: list.pipe(z.array(workspaceAddress)).default([]),
  LOCAL_WORKSPACE: trueOrFalse,
  IDENTITY_POLICY: z
    .enum(["user", "service", "user-or-service"], { error: "must be user, service or user-or-service" })
    .default("user-or-service"),
  IDENTITY_POLICY_OPERATIONS: list.default([]),
  ALLOWED_OPERATIONS: list.optional(),
  ALLOWED_CATALOGS: list.optional(),
  ALLOWED_VOLUME_ROOTS: list.optional(),
  READ_ONLY: trueOrFalse,
  ALLOW_UNCONFINED_SQL: trueOrFalse,
  AUDIT_LOG: z.string().default("stdout"),
  AUDIT_LOG_BYTES_MAX: wholeNumber(1024, 1024 ** 4, 100 * 1024 * 1024),
  AUDIT_LOG_FILES: wholeNumber(1, 10_000, 10),
  AUDIT_SQL: trueOrFalse,
  AUDIT_PARAMETERS: trueOrFalse,
});

export type Settings = z.output<typeof settings>;
