import {
  type ErrorCode,
  errorEnvelope,
  errorTable,
  operations,
  requestIdPattern,
} from "@front-door/operations";
import * as z from "zod";
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponsesObject,
} from "zod-openapi";
import { queryOf } from "../routing/mount-routes.ts";
import { type ReplyDescription, type Route, tags } from "../routing/route.ts";
import type { SignInConfig } from "../sign-in/sign-in-config.ts";
import { type SecurityDescription, securityDescription } from "./security-description.ts";

type ApiDocument = ReturnType<typeof createDocument>;

/** Every route can return these. */
const everyRoute: readonly ErrorCode[] = [
  "BAD_REQUEST",
  "HOST_NOT_ALLOWED",
  "URI_TOO_LONG",
  "INTERNAL_ERROR",
];
const everyJsonBody: readonly ErrorCode[] = [
  "MALFORMED_REQUEST",
  "INVALID_PARAMETER_VALUE",
  "REQUEST_TIMEOUT",
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "NOT_IMPLEMENTED",
];
const everyFileBody: readonly ErrorCode[] = ["REQUEST_TIMEOUT", "UNSUPPORTED_MEDIA_TYPE", "NOT_IMPLEMENTED"];
const everySignIn: readonly ErrorCode[] = [
  "UNAUTHENTICATED",
  "PROXY_NOT_TRUSTED",
  "OPERATION_NOT_ALLOWED",
  "RATE_LIMITED",
  "SIGN_IN_UNAVAILABLE",
];
const everyOperation: readonly ErrorCode[] = [
  "IDENTITY_NOT_ALLOWED",
  "UNKNOWN_WORKSPACE",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "UPSTREAM_UNREACHABLE",
  "WORKSPACE_SIGN_IN_FAILED",
  "UPSTREAM_ERROR",
  "UPSTREAM_INVALID_RESPONSE",
  "TEMPORARILY_UNAVAILABLE",
  "GATEWAY_UNAVAILABLE",
  "AUDIT_UNAVAILABLE",
  "DEADLINE_EXCEEDED",
];

const requestId = z.string().meta({
  description: "The request's id in the logs: the caller's own, or a new one.",
  header: { id: "RequestId" },
});
const replyHeaders = { "x-request-id": requestId };
const retryAfter = z
  .string()
  .optional()
  .meta({ description: "Whole seconds to wait before trying again.", header: { id: "RetryAfter" } });

const requestIdHeader = z.object({
  "x-request-id": z
    .string()
    .regex(requestIdPattern)
    .optional()
    .meta({
      description: "The caller's own id for this request. An id that does not match the pattern is replaced.",
      param: { id: "RequestId" },
    }),
});

/** The OpenAPI 3.1 document of the routes. `signIn` decides how it says that callers sign in. */
export function createApiDocument(
  routes: readonly Route[],
  signIn: SignInConfig = { mode: "none" },
): ApiDocument {
  const security = securityDescription(signIn);
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[route.method] = operationObject(route, security);
  }
  const document: ZodOpenApiObject = {
    openapi: "3.1.0",
    info: {
      title: "Databricks Front Door",
      version: "0.1.0",
      description: `Catalogs, volumes, files and SQL of a Databricks workspace over plain HTTP. ${security.runsAs}`,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "This front door." }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { Error: errorEnvelope },
      securitySchemes: security.schemes,
    },
  };
  return createDocument(document);
}

function operationObject(route: Route, security: SecurityDescription): ZodOpenApiOperationObject {
  const { operationId, summary, description, tag, jsonBody, fileBody, pathParams } = route;
  const query = queryOf(route);
  const headers = route.headers ? requestIdHeader.extend(route.headers.shape) : requestIdHeader;
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    security: route.open ? [] : security.requirements,
    requestParams: {
      header: headers,
      ...(pathParams ? { path: withExamples(pathParams, paramsExample(route)) } : {}),
      ...(Object.keys(query.shape).length > 0 ? { query: withExamples(query, paramsExample(route)) } : {}),
    },
    ...(jsonBody
      ? {
          requestBody: {
            description: jsonBody.description,
            required: true,
            content: { "application/json": { schema: jsonBody.schema, example: jsonBody.example } },
          },
        }
      : {}),
    ...(fileBody === undefined
      ? {}
      : { requestBody: { description: fileBody, required: true, content: { "*/*": { schema: {} } } } }),
    responses: responses(route),
  };
}

function paramsExample({ operation }: Route): Readonly<Record<string, unknown>> {
  return operation ? { ...operations[operation].examples[0]?.params } : {};
}

function withExamples({ shape }: z.ZodObject, example: Readonly<Record<string, unknown>>): z.ZodObject {
  const parameters = Object.entries(shape).map(([name, type]) => {
    const parameter = z.clone(type as z.ZodType);
    return [
      name,
      name in example ? parameter.meta({ param: { example: example[name] } }) : parameter,
    ] as const;
  });
  return z.object(Object.fromEntries(parameters));
}

function responses(route: Route): ZodOpenApiResponsesObject {
  const successes = Object.entries(route.replies).map(([status, reply]) => [status, success(reply)] as const);
  const byStatus = Map.groupBy(errorsOf(route), (code) => String(errorTable[code].status));
  const failures = [...byStatus].map(([status, codes]) => [status, failure(codes)] as const);
  return Object.fromEntries([...successes, ...failures]) as ZodOpenApiResponsesObject;
}

function errorsOf(route: Route): ErrorCode[] {
  const codes = [
    ...everyRoute,
    ...(route.query || route.pathParams || route.operation ? (["INVALID_PARAMETER_VALUE"] as const) : []),
    ...(route.jsonBody ? everyJsonBody : []),
    ...(route.fileBody === undefined ? [] : everyFileBody),
    ...(route.method === "get" || route.method === "head" ? [] : (["ORIGIN_NOT_ALLOWED"] as const)),
    ...(route.open ? [] : everySignIn),
    ...(route.operation === undefined ? [] : everyOperation),
    ...route.errors,
  ];
  return [...new Set(codes)].toSorted((a, b) => errorTable[a].status - errorTable[b].status);
}

function success({ description, json, bytes, streams = [], headers, example }: ReplyDescription) {
  const content = {
    ...(json ? { "application/json": { schema: json, ...(example === undefined ? {} : { example }) } } : {}),
    ...Object.fromEntries(
      [...streams, ...(bytes ? ["application/octet-stream"] : [])].map((type) => [type, { schema: {} }]),
    ),
  };
  return {
    description,
    headers: headers ? headers.extend(replyHeaders) : z.object(replyHeaders),
    ...(Object.keys(content).length > 0 ? { content } : {}),
  };
}

function failure(codes: readonly ErrorCode[]) {
  const errors = codes.map((code) => ({ code, ...errorTable[code] }));
  const [first] = errors;
  return {
    description: errors.map(({ code, meaning }) => `\`${code}\`: ${meaning}`).join("\n\n"),
    headers: z.object(
      errors.some(({ retryable }) => retryable)
        ? { ...replyHeaders, "retry-after": retryAfter }
        : replyHeaders,
    ),
    content: {
      "application/json": {
        schema: errorEnvelope,
        example: {
          error: first?.meaning,
          status: first?.status,
          error_code: first?.code,
          request_id: "5f0c7d0e-6f0a-4f0e-9a54-0d8f4f5b8a11",
          retryable: first?.retryable,
        },
      },
    },
  };
}
