import { productVersion } from "@front-door/service-runtime";
import * as z from "zod";
import { sendJson } from "../http/send-json.ts";
import type { Route } from "../routing/route.ts";
import { wayOf } from "../sign-in/sign-in-config.ts";

const answersItself = { tag: "Service", open: true } as const;

export const health: Route = {
  ...answersItself,
  method: "get",
  path: "/health",
  operationId: "health",
  summary: "Whether this process is up. Does not check the gateway.",
  errors: [],
  replies: {
    200: {
      description: "The process is up.",
      json: z
        .object({
          status: z.literal("ok").describe("Always `ok`."),
          version: z.string().describe("The version of this product."),
        })
        .meta({ id: "Health" }),
      example: { status: "ok", version: productVersion },
    },
  },
  handle: ({ res }) => sendJson(res, 200, { status: "ok", version: productVersion }),
};

const identity = z
  .object({
    kind: z
      .string()
      .describe("How the gateway authenticates: `oauth-m2m`, `pat`, … `none`: only with callers' tokens."),
    principal: z.string().optional().describe("Who that is, once it is known."),
  })
  .meta({ id: "GatewayIdentity" });

const readyReply = z
  .object({
    status: z.literal("ready").describe("Always `ready`."),
    workspace: z
      .enum(["databricks", "local"])
      .optional()
      .describe(
        "`local`: the embedded workspace of a run without credentials. Absent where callers sign in.",
      ),
    identity: identity.optional().describe("The gateway's own identity. Absent where callers sign in."),
    workspaces: z
      .array(
        z.object({
          name: z.string().describe("Its name, for `workspace=`."),
          identity: identity.describe("The gateway's own identity there."),
        }),
      )
      .optional()
      .describe("Every configured workspace. Absent where callers sign in."),
    failing: z
      .array(z.string())
      .optional()
      .describe("Workspaces, besides the first, that failed the deep check."),
  })
  .meta({ id: "Ready" });

/**
 * The gateway's own reply, passed on unread. If callers have to sign in, a probe gets only the status: the gateway itself
 * returns the rest.
 */
export const ready: Route = {
  ...answersItself,
  method: "get",
  path: "/ready",
  operationId: "ready",
  summary:
    "Whether requests can be served: whether the front door is not stopping and has room, and the gateway answers and has a Databricks identity.",
  query: z.strictObject({
    deep: z
      .boolean()
      .optional()
      .describe("Also ask Databricks, with one call as the gateway's own identity."),
  }),
  errors: ["TEMPORARILY_UNAVAILABLE", "GATEWAY_UNAVAILABLE", "AUDIT_UNAVAILABLE"],
  replies: {
    200: {
      description: "Requests can be served.",
      json: readyReply,
      example: {
        status: "ready",
        workspace: "databricks",
        identity: { kind: "oauth-m2m" },
        workspaces: [{ name: "default", identity: { kind: "oauth-m2m" } }],
      },
    },
  },
  async handle({ res, query, call }, { gateway, signIn, checkReady }) {
    checkReady();
    const account = await gateway.ready({ ...call, deep: query["deep"] === true });
    sendJson(res, 200, wayOf(signIn, "none") ? account : { status: "ready" });
  },
};

export const apiDocument: Route = {
  ...answersItself,
  method: "get",
  path: "/openapi.json",
  operationId: "openapi",
  summary: "This document.",
  errors: [],
  replies: {
    200: {
      description: "OpenAPI 3.1.",
      json: z
        .looseObject({ openapi: z.string().describe("The version of OpenAPI: 3.1.") })
        .describe("An OpenAPI document.")
        .meta({ id: "OpenApiDocument" }),
    },
  },
  handle: ({ res }, { apiDocument: { sendJson } }) => sendJson(res),
};

export const apiDocumentAsYaml: Route = {
  ...answersItself,
  method: "get",
  path: "/openapi.yaml",
  operationId: "openapi_yaml",
  summary: "This document, as YAML.",
  errors: [],
  replies: { 200: { description: "OpenAPI 3.1.", text: "application/yaml" } },
  handle: ({ res }, { apiDocument: { sendYaml } }) => sendYaml(res),
};
