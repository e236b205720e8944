import type { Route } from "../src/routing/route.ts";
import { rawRequest } from "./raw-request.ts";
import type { RouteRequest } from "./route-request.ts";
import type { Answer, CallInit, Stack } from "./start-stack.ts";

/** Sends a route's request in some way. */
export type Send = (route: Route, request: RouteRequest) => Promise<Answer>;

/** As most clients would, with these headers. */
export function sendTo(stack: () => Stack, headers: CallInit["headers"] = {}): Send {
  return ({ method }, { path, ...init }) =>
    stack().call(method.toUpperCase(), path, { ...init, headers: { ...init.headers, ...headers } });
}

interface RawParts {
  readonly version?: "1.0" | "1.1";
  readonly headers?: readonly string[];
  /** In place of the request's own, whatever its length says. */
  readonly body?: string;
}

/** The server closes the connection long before. */
const replyMsMax = 30_000;

/** Byte by byte, for what no client would send. */
export function sendRawTo(stack: () => Stack, { version = "1.1", headers = [], body }: RawParts): Send {
  return async ({ method }, { path, json, headers: own = {} }) => {
    const content = body ?? (json === undefined ? "" : JSON.stringify(json));
    const isFramed = headers.some((header) => /^(content-length|transfer-encoding):/.test(header));
    const lines = [
      `${method.toUpperCase()} ${path} HTTP/${version}`,
      "host: 127.0.0.1",
      "connection: close",
      "content-type: application/json",
      ...Object.entries(own).map(([name, value]) => `${name}: ${String(value)}`),
      ...(isFramed ? [] : [`content-length: ${content.length}`]),
      ...headers,
    ];
    const reply = await rawRequest(stack().port, `${lines.join("\r\n")}\r\n\r\n${content}`, replyMsMax);
    return {
      status: reply.status,
      headers: headersOf(reply.text),
      bytes: Buffer.from(reply.body),
      text: reply.body,
      json: reply.body === "" ? undefined : JSON.parse(reply.body),
    };
  };
}

function headersOf(text: string): Record<string, string> {
  const [, ...lines] = (text.split("\r\n\r\n", 1)[0] ?? "").split("\r\n");
  const pairs = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return Object.fromEntries(pairs);
}
