import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import type { Principal } from "../identity/principals.ts";
import { ApiError, invalidParameter } from "./api-error.ts";
import type { Reply } from "./reply.ts";

/** One request on its way to a service. */
export interface PublicCall {
  req: IncomingMessage;
  query: URLSearchParams;
  /** Route parameters, each decoded once. */
  params: Record<string, string>;
  /** The raw segments that a route's final `*` stands for. */
  rest: string[];
  /** Set by a fault: this many empty pages come before each real one. */
  emptyPages: number;
}

/** One request whose bearer token was checked. */
export interface Call extends PublicCall {
  principal: Principal;
}

interface RouteTarget {
  method: string;
  /** Segments; `:name` is a parameter, a final `*` takes the rest as it came. */
  pattern: string;
}

type Answer = Promise<Reply> | Reply;

/** `public`: without a bearer token, for OpenID discovery and the token endpoint only. */
export type Route = RouteTarget &
  (
    | { public: true; handle: (call: PublicCall) => Answer }
    | { public?: false; handle: (call: Call) => Answer }
  );

const JSON_BODY_BYTES_MAX = 4 * 1024 * 1024;

/** The JSON body in the given shape; fields that are not in it are ignored, as Databricks does. */
export async function readJson<Shape extends z.ZodType>(
  req: IncomingMessage,
  shape: Shape,
  bytesMax = JSON_BODY_BYTES_MAX,
): Promise<z.infer<Shape>> {
  const text = (await readBody(req, bytesMax)).toString("utf8");
  const result = shape.safeParse(parseJson(text));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalidParameter(`Invalid field ${issue?.path.join(".") || "(body)"}: ${issue?.message}`);
}

/** A small body as a whole. 413 above the limit; throws when the client left before its end. */
export async function readBody(req: IncomingMessage, bytesMax = JSON_BODY_BYTES_MAX): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new ApiError(413, "BAD_REQUEST", "The request body is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  // Databricks reads a missing body as an empty message.
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(
      400,
      "MALFORMED_REQUEST",
      "Invalid JSON given in the body of the request - failed to parse given JSON",
    );
  }
}
