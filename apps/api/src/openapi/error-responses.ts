import { STATUS_CODES } from "node:http";
import { type ErrorCode, errorEnvelope, errorTable } from "@front-door/operations";
import * as z from "zod";
import type { ZodOpenApiComponentsObject, ZodOpenApiResponsesObject } from "zod-openapi";
import { replyHeaders } from "./reply-headers.ts";

type Response = NonNullable<ZodOpenApiComponentsObject["responses"]>[string];

const retryAfter = z
  .string()
  .optional()
  .meta({ description: "Whole seconds to wait before trying again.", header: { id: "RetryAfter" } });
const headersOf: Readonly<Record<number, z.ZodRawShape>> = {
  401: { "www-authenticate": z.string().optional().describe("How to sign in.") },
  405: { allow: z.string().describe("The methods that the path supports.") },
};

/** The error replies that routes with these codes refer to: one for each status. */
export function errorResponses(codes: readonly ErrorCode[]): Record<string, Response> {
  return Object.fromEntries(
    [...byStatus(codes)].map(([status, ofStatus]) => [nameOf(status), errorResponse(status, ofStatus)]),
  );
}

/** References to the replies for these codes, each with the codes that the route can return. */
export function errorReferences(codes: readonly ErrorCode[]): ZodOpenApiResponsesObject {
  const references = [...byStatus(codes)].map(([status, ofStatus]) => [
    String(status),
    {
      $ref: `#/components/responses/${nameOf(status)}`,
      description: `${ofStatus.map((code) => `\`${code}\``).join(", ")}.`,
    },
  ]);
  return Object.fromEntries(references) as ZodOpenApiResponsesObject;
}

function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const sorted = [...new Set(codes)].toSorted((a, b) => errorTable[a].status - errorTable[b].status);
  return Map.groupBy(sorted, (code) => errorTable[code].status);
}

/** `NotFound` for 404. */
function nameOf(status: number): string {
  return (STATUS_CODES[status] ?? `Error${status}`).replaceAll(/\W/g, "");
}

function errorResponse(status: number, codes: readonly ErrorCode[]): Response {
  const errors = codes.map((code) => ({ code, ...errorTable[code] }));
  const [first] = errors;
  return {
    description: errors.map(({ code, meaning }) => `\`${code}\`: ${meaning}`).join("\n\n"),
    headers: z.object({
      ...replyHeaders,
      ...(errors.some(({ retryable }) => retryable) ? { "retry-after": retryAfter } : {}),
      ...headersOf[status],
    }),
    content: {
      "application/json": {
        schema: errorEnvelope,
        example: {
          error: first?.meaning,
          status,
          error_code: first?.code,
          request_id: "5f0c7d0e-6f0a-4f0e-9a54-0d8f4f5b8a11",
          retryable: first?.retryable,
        },
      },
    },
  };
}
