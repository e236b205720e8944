import { parseExactJson } from "./exact-json.ts";
import type { Reply } from "./exchange.ts";
import { invalidResponse } from "./invalid-response.ts";

/**
 * Whether a reply of this status is an answer of Databricks. Any other 2xx comes from something else: a proxy that took the
 * request to deliver it later (202), or a page for a person.
 */
export function isAccepted(status: number, method: string, path: string): boolean {
  // docs/databricks.md, "Files API".
  if (path.startsWith("/api/2.0/fs/") && (method === "PUT" || method === "DELETE")) return status === 204;
  return status === 200 || (status === 204 && method !== "GET" && method !== "HEAD");
}

/** The JSON object of an answer. Throws UPSTREAM_INVALID_RESPONSE for any other body. */
export function readJson({ headers, body, isWhole }: Reply, method: string): object {
  const type = headers["content-type"];
  if (type !== undefined && isForeign(type, method)) throw invalidResponse(`a body of type ${type}`);
  if (!isWhole) throw invalidResponse("a body that is too large");
  const text = body.toString();
  if (text === "") {
    // A deletion may have an empty body. An empty listing would look like one without entries.
    if (method === "GET") throw invalidResponse("an empty body");
    return {};
  }
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidResponse("a body that is not a JSON object");
  }
  return value;
}

/** HEAD has the type of what it describes, and no body, so only a page is refused. */
function isForeign(type: string, method: string): boolean {
  return method === "HEAD" ? /^text\//i.test(type) : !/^application\/(?:[\w.-]+\+)?json\b/i.test(type);
}

function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    throw invalidResponse("a body that is not JSON");
  }
}
