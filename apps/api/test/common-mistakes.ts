import { definitionOf, type ErrorCode } from "@front-door/operations";
import type { Route } from "../src/routing/route.ts";
import type { RouteRequest } from "./route-request.ts";
import { type Send, sendRawTo, sendTo } from "./send-to-routes.ts";
import type { Stack } from "./start-stack.ts";

export const isCall = ({ operation }: Route): boolean => operation !== undefined;
export const signsIn = ({ open }: Route): boolean => open !== true;
export const hasJsonBody = ({ jsonBody }: Route): boolean => jsonBody !== undefined;

/** In words, the error, the routes that have it, and how to get it. */
type Mistake = readonly [string, ErrorCode, (route: Route) => boolean, Send];

/** What a caller can do wrong on many routes. */
export function commonMistakes(stack: () => Stack): readonly Mistake[] {
  const url =
    (query: string): Send =>
    (route, request) =>
      sendTo(stack)(route, withQuery(request, query));
  const body =
    (content: string, type: string): Send =>
    (route, { path }) =>
      sendTo(stack, { "content-type": type })(route, { path, body: content });
  return [
    ["of a host that is not ours", "HOST_NOT_ALLOWED", () => true, sendTo(stack, { host: "evil.example" })],
    ["with a URL that is too long", "URI_TOO_LONG", () => true, url(`x=${"x".repeat(33_000)}`)],
    ["with a URL that cannot be decoded", "BAD_REQUEST", () => true, url("x=%ff")],
    ["with an unknown parameter", "INVALID_PARAMETER_VALUE", () => true, url("surprise=1")],
    ["with an unknown workspace", "UNKNOWN_WORKSPACE", isCall, url("workspace=nowhere")],
    [
      "with a credential that is not one",
      "UNAUTHENTICATED",
      signsIn,
      sendTo(stack, { authorization: "Basic eDp5" }),
    ],
    [
      "with the headers of a proxy",
      "PROXY_NOT_TRUSTED",
      signsIn,
      sendTo(stack, { "x-forwarded-email": "a@b.example" }),
    ],
    [
      "of a page of another origin",
      "ORIGIN_NOT_ALLOWED",
      ({ method }) => method !== "get" && method !== "head",
      sendTo(stack, { origin: "https://evil.example" }),
    ],
    [
      "with a transfer coding below the chunks",
      "NOT_IMPLEMENTED",
      () => true,
      sendRawTo(stack, { headers: ["transfer-encoding: gzip, chunked"], body: "0\r\n\r\n" }),
    ],
    ["with a body that is no JSON", "MALFORMED_REQUEST", hasJsonBody, body("{", "application/json")],
    ["with a body of another type", "UNSUPPORTED_MEDIA_TYPE", hasJsonBody, body("x", "text/plain")],
    [
      "with a form in place of the file",
      "UNSUPPORTED_MEDIA_TYPE",
      ({ fileBody }) => fileBody !== undefined,
      body("x", "multipart/form-data; boundary=x"),
    ],
    [
      "with a body that is too large",
      "PAYLOAD_TOO_LARGE",
      hasJsonBody,
      sendRawTo(stack, { headers: ["content-length: 2000000"], body: "{" }),
    ],
    [
      "that accepts no format of rows",
      "NOT_ACCEPTABLE",
      ({ operationId }) => ["execute_query", "preview_table", "get_statement_result"].includes(operationId),
      sendTo(stack, { accept: "text/html" }),
    ],
    [
      "by HTTP/1.0, where a cut stream would look whole",
      "HTTP_VERSION_NOT_SUPPORTED",
      ({ operation }) =>
        operation !== undefined && ["stream", "events"].includes(definitionOf(operation).transfer),
      sendRawTo(stack, { version: "1.0" }),
    ],
  ];
}

function withQuery({ path, ...rest }: RouteRequest, query: string): RouteRequest {
  return { ...rest, path: `${path}${path.includes("?") ? "&" : "?"}${query}` };
}
