import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import type { Principal } from "../identity/principals.ts";
import { ApiError, invalidParameter } from "./api-error.ts";
import type { Reply } from "./reply.ts";

/** A request on its way to a service, with or without a bearer token. */
export interface PublicCall {
  req: IncomingMessage;
  query: URLSearchParams;
  /** Route parameters, each decoded once. */
  params: Record<string, string>;
  /** The raw segments that a route's final `*` stands for. */
  rest: string[];
  /** How many empty pages a fault wants before each real one. */
  emptyPages: number;
}

/** A request whose bearer token was checked. */
export interface Call extends PublicCall {
  principal: Principal;
}

interface RouteTarget {
  method: string;
  /** `:name` matches one segment; a final `*` takes the rest undecoded. */
  pattern: string;
}

type Answer = Promise<Reply> | Reply;

/** A `public` route needs no bearer token: only OAuth's endpoints and links to results are public. */
export type Route = RouteTarget &
  (
    | { public: true; handle: (call: PublicCall) => Answer }
    | { public?: false; handle: (call: Call) => Answer }
  );

const JSON_BODY_BYTES_MAX = 4 * 1024 * 1024;
/** Protobuf's parser of JSON takes no more. What is nested by thousands could be read, and then not be written again. */
const JSON_DEPTH_MAX = 100;

/** Parses the JSON body. Unknown fields are ignored, as on Databricks. Throws 400 if it does not match or is nested too deeply. */
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

/** Reads a small body. Throws 413 above the limit, and if the client leaves before the end. */
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
  // Databricks treats a missing body as an empty message.
  if (text === "") return {};
  if (isNestedDeeper(text, JSON_DEPTH_MAX)) throw malformedJson();
  try {
    return JSON.parse(text);
  } catch {
    throw malformedJson();
  }
}

function malformedJson(): ApiError {
  return new ApiError(
    400,
    "MALFORMED_REQUEST",
    "Invalid JSON given in the body of the request - failed to parse given JSON",
  );
}

/** Whether the JSON has more than so many arrays and objects in each other. */
function isNestedDeeper(json: string, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === '"') inString = !inString;
    else if (inString && character === "\\") at += 1;
    else if (inString) continue;
    else if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth -= 1;
    if (depth > depthMax) return true;
  }
  return false;
}
