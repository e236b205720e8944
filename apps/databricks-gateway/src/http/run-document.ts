import {
  errorEnvelope,
  gatewayHeader,
  type OperationDefinition,
  operations,
  resultMediaType,
  runRequest,
  tidySchema,
} from "@front-door/operations";
import { productVersion } from "@front-door/service-runtime";
import * as z from "zod";
import { createDocument } from "zod-openapi";
import { travels } from "./operation-list.ts";

const definitions = Object.values<OperationDefinition>(operations);
const { params: _params, op: _op, ...common } = runRequest.shape;
const bytes = { schema: { contentMediaType: "application/octet-stream" } };

/** The OpenAPI document of `POST /run`, with one schema for the request of each operation. */
export function createRunDocument(): object {
  const inJson = definitions.filter(({ transfer }) => transfer !== "upload");
  const uploads = definitions.filter(({ transfer }) => transfer === "upload");
  return createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "Databricks gateway",
        version: productVersion,
        description: "For programs on this machine that have the secret.",
      },
      servers: [{ url: "/", description: "This gateway." }],
      components: {
        securitySchemes: { secret: { type: "apiKey", in: "header", name: gatewayHeader.secret } },
      },
      paths: {
        "/run": {
          post: {
            operationId: "run",
            summary: "Runs one operation.",
            description: definitions
              .map(
                ({ name, summary, transfer }) =>
                  `- \`${name}\`: ${summary} Its reply: ${travels[transfer].reply}.`,
              )
              .join("\n"),
            security: [{ secret: [] }],
            requestParams: { header: z.object({ [gatewayHeader.run]: uploadHeader(uploads) }) },
            requestBody: {
              required: true,
              description: `JSON, or for an upload ${travels.upload.request}.`,
              content: {
                "application/json": { schema: z.discriminatedUnion("op", unionOf(inJson.map(requestOf))) },
                "application/octet-stream": bytes,
              },
            },
            responses: {
              200: {
                description: "The result of the operation.",
                content: {
                  "application/json": { schema: z.union(definitions.map(resultOf)) },
                  "application/octet-stream": bytes,
                  [resultMediaType.ndjson]: bytes,
                  [resultMediaType.arrow]: bytes,
                },
              },
              206: { description: "A range of a file.", content: { "application/octet-stream": bytes } },
              304: { description: "The caller's copy of the file is current." },
              default: {
                description: "It failed; `error_code` says why.",
                content: { "application/json": { schema: errorEnvelope } },
              },
            },
          },
        },
      },
    },
    { override: ({ jsonSchema }) => tidySchema(jsonSchema) },
  );
}

function requestOf({ name, params }: OperationDefinition) {
  const given = params.safeParse({}).success ? params.optional() : params;
  return z
    .strictObject({
      op: z.literal(name).describe("The operation's name."),
      params: given.describe("Its parameters."),
      ...common,
    })
    .meta({ id: `${pascalCase(name)}Request` });
}

function resultOf({ name, result }: OperationDefinition) {
  return z.globalRegistry.get(result)?.id === undefined
    ? result.meta({ id: `${pascalCase(name)}Result` })
    : result;
}

function uploadHeader(uploads: readonly OperationDefinition[]) {
  const names = uploads.map(({ name }) => name).join(", ");
  return z.string().optional().describe(`For ${names}: ${travels.upload.request}.`);
}

/** The unions of zod want to see in the type that there is a member. */
function unionOf<Member>(members: readonly Member[]): [Member, ...Member[]] {
  const [first, ...others] = members;
  if (first === undefined) throw new TypeError("a union needs a member");
  return [first, ...others];
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
