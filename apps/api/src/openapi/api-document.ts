import {
  definitionOf,
  type ErrorCode,
  type OperationDefinition,
  operations,
  resultMediaType,
  tidySchema,
} from "@front-door/operations";
import { productVersion } from "@front-door/service-runtime";
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
import { errorReferences, errorResponses } from "./error-responses.ts";
import { replyHeaders } from "./reply-headers.ts";
import { type SecurityDescription, securityDescription } from "./security-description.ts";

type ApiDocument = ReturnType<typeof createDocument>;

/** Every route can return these. */
const everyRoute: readonly ErrorCode[] = [
  "BAD_REQUEST",
  "INVALID_PARAMETER_VALUE",
  "HOST_NOT_ALLOWED",
  "URI_TOO_LONG",
  "INTERNAL_ERROR",
  "NOT_IMPLEMENTED",
];
const everyJsonBody: readonly ErrorCode[] = [
  "MALFORMED_REQUEST",
  "REQUEST_TIMEOUT",
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "RESOURCE_EXHAUSTED",
  "TEMPORARILY_UNAVAILABLE",
];
const everyFileBody: readonly ErrorCode[] = ["REQUEST_TIMEOUT", "UNSUPPORTED_MEDIA_TYPE"];
const everySignIn: readonly ErrorCode[] = [
  "UNAUTHENTICATED",
  "SESSION_ENDED",
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
  "DEADLINE_EXCEEDED",
];

const requestIdHeader = z.object({
  "x-request-id": z
    .string()
    .optional()
    .meta({
      description:
        "The caller's own id for this request, 1 to 128 characters of `A-Za-z0-9._:@/+=-`. Any other is replaced by a new one.",
      param: { id: "RequestId" },
    }),
});

/** Of a route that runs an operation. */
const timeoutHeader = {
  "x-request-timeout-ms": z
    .string()
    .regex(/^\d{1,7}$/)
    .optional()
    .meta({
      description:
        "The most milliseconds until the end of the reply, 1 to 3,600,000. Then the work at Databricks is cancelled, and the reply is 504 `DEADLINE_EXCEEDED`. Default, and at most: the operation's own limit.",
      param: { id: "RequestTimeout" },
    }),
};

/** Of a whole reply to a GET. */
const ifNoneMatchHeader = {
  "if-none-match": z
    .string()
    .optional()
    .meta({
      description:
        "The ETags of the caller's copies. If one of them is current, the reply is 304, without a body.",
      param: { id: "IfNoneMatch" },
    }),
};
const etagHeader = {
  etag: z.string().meta({ description: "Changes when the reply changes.", header: { id: "ETag" } }),
};
const notModified: ReplyDescription = {
  description: "The caller's copy of the reply is current.",
  headers: z.object(etagHeader),
};

/** The OpenAPI 3.1 document of the routes. `signIn` decides how it says that callers sign in. */
export function createApiDocument(
  routes: readonly Route[],
  signIn: SignInConfig = [{ mode: "none" }],
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
      version: productVersion,
      description: `Catalogs, volumes, files and SQL of a Databricks workspace over plain HTTP. ${security.runsAs}`,
      contact: { name: "Whoever runs this front door" },
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "This front door." }],
    tags: tagsOf(routes),
    paths,
    components: {
      responses: errorResponses(routes.flatMap(errorsOf)),
      securitySchemes: security.schemes,
    },
  };
  return createDocument(document, {
    override: ({ jsonSchema }) => tidySchema(jsonSchema),
  });
}

function operationObject(route: Route, security: SecurityDescription): ZodOpenApiOperationObject {
  const { operationId, summary, description, tag, jsonBody, fileBody, pathParams } = route;
  const query = queryOf(route);
  const headers = requestIdHeader.extend({
    ...(route.operation === undefined ? {} : timeoutHeader),
    ...(hasEtag(route) ? ifNoneMatchHeader : {}),
    ...route.headers?.shape,
  });
  return {
    operationId,
    summary,
    description: [description, aboutOperation(route)].filter(Boolean).join("\n\n"),
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
      : {
          requestBody: {
            description: fileBody,
            required: true,
            content: {
              "application/octet-stream": { schema: bytesOf("application/octet-stream") },
            },
          },
        }),
    responses: responses(route),
  };
}

function tagsOf(routes: readonly Route[]) {
  const used = new Set(routes.map(({ tag }) => tag));
  return Object.entries(tags).flatMap(([name, description]) =>
    used.has(name as Route["tag"]) ? [{ name, description }] : [],
  );
}

/** What the definition of the operation says to whoever sends it. */
function aboutOperation({ operation }: Route): string {
  if (operation === undefined) return "The front door answers this itself, without a call to Databricks.";
  const { kind, idempotent, timeoutMs, transfer, params } = definitionOf(operation);
  const effect =
    kind === "query"
      ? "Changes nothing, so it can be sent again."
      : idempotent === true
        ? "Sending it again does no harm."
        : idempotent === false
          ? "May change something each time it is sent."
          : againIf(params);
  const own = "timeout_ms" in params.shape ? " (or `timeout_ms`)" : "";
  const seconds = `${timeoutMs / 1000} seconds${own}`;
  const deadline =
    transfer === "json"
      ? `If Databricks takes longer than ${seconds}, the reply is 504.`
      : `If Databricks does not begin within ${seconds}, the reply is 504. Later pauses have the same limit, and break the reply off.`;
  return `${effect} ${deadline}`;
}

/** When it is safe to send it again, for an operation whose parameters decide. */
function againIf({ shape }: z.ZodObject): string {
  if ("sql" in shape)
    return "A statement that only reads can be sent again; any other may take effect twice.";
  if ("overwrite" in shape)
    return "With `overwrite`, sending it again does no harm; without it, it may fail.";
  return "Whether it can be sent again depends on its parameters.";
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
  const { 200: whole, ...others } = route.replies;
  const replies =
    whole !== undefined && hasEtag(route)
      ? { 200: { ...whole, headers: z.object(etagHeader) }, 304: notModified, ...others }
      : route.replies;
  const successes = Object.entries(replies).map(([status, reply]) => [status, success(reply)] as const);
  return { ...Object.fromEntries(successes), ...errorReferences(errorsOf(route)) };
}

/** Whether the reply is sent whole, and so has an ETag. A file has its own. */
function hasEtag({ method, replies }: Route): boolean {
  const { json, text, lines } = replies[200] ?? {};
  return method === "get" && (json !== undefined || text !== undefined) && lines === undefined;
}

function errorsOf(route: Route): ErrorCode[] {
  return [
    ...everyRoute,
    ...(route.jsonBody ? everyJsonBody : []),
    ...(route.fileBody === undefined ? [] : everyFileBody),
    ...(route.method === "get" || route.method === "head" ? [] : (["ORIGIN_NOT_ALLOWED"] as const)),
    ...(route.open ? [] : everySignIn),
    ...(route.operation === undefined ? [] : ofOperation(definitionOf(route.operation))),
    ...route.errors,
  ];
}

function ofOperation({ kind, params }: OperationDefinition): readonly ErrorCode[] {
  const codes: readonly ErrorCode[] =
    kind !== "query" ? [...everyOperation, "AUDIT_UNAVAILABLE"] : everyOperation;
  // For a caller, the statement of somebody else does not exist.
  return "statement_id" in params.shape ? codes.filter((code) => code !== "PERMISSION_DENIED") : codes;
}

/** The schema of NDJSON is that of one line, as OpenAPI 3.1 has no other place for it. */
function success({ description, json, lines, bytes = [], text, headers, example }: ReplyDescription) {
  const content = {
    ...(json ? { "application/json": { schema: json, ...(example === undefined ? {} : { example }) } } : {}),
    ...(lines ? { [resultMediaType.ndjson]: { schema: lines } } : {}),
    ...(text === undefined ? {} : { [text]: { schema: { type: "object" } as const } }),
    ...Object.fromEntries(bytes.map((type) => [type, { schema: bytesOf(type) }])),
  };
  return {
    description,
    headers: headers ? headers.extend(replyHeaders) : z.object(replyHeaders),
    ...(Object.keys(content).length > 0 ? { content } : {}),
  };
}

/**
 * Bytes, in the form of JSON Schema 2020-12. `type: string` with `format: binary` is that of OpenAPI 3.0: it makes the type
 * `string` in some generators, and Scalar sends an example of it when no file is chosen.
 */
function bytesOf(contentMediaType: string) {
  return { contentMediaType };
}
