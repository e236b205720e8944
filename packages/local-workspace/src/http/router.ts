import type { Route } from "./call.ts";
import { decodeSegment } from "./raw-path.ts";

export interface RouteMatch {
  route: Route;
  params: Record<string, string>;
  rest: string[];
}

/**
 * Matches raw paths segment by segment. A framework's router may decode a segment twice or collapse `..`; this server
 * exists to see what a client really sent.
 */
export class Router {
  readonly #routes: { route: Route; segments: string[] }[];

  constructor(routes: Route[]) {
    this.#routes = routes.map((route) => ({ route, segments: route.pattern.split("/").slice(1) }));
  }

  find(method: string, path: string): RouteMatch | undefined {
    if (!path.startsWith("/")) return undefined;
    const raw = path.slice(1).split("/");
    for (const { route, segments } of this.#routes) {
      const match = route.method === method ? matchSegments(segments, raw) : undefined;
      if (match !== undefined) return { route, ...match };
    }
    return undefined;
  }
}

function matchSegments(pattern: string[], raw: string[]): Omit<RouteMatch, "route"> | undefined {
  const open = pattern.at(-1) === "*";
  const fixed = open ? pattern.slice(0, -1) : pattern;
  // Databricks accepts its paths with and without a trailing slash.
  const given = !open && raw.at(-1) === "" ? raw.slice(0, -1) : raw;
  if (open ? given.length < fixed.length : given.length !== fixed.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, expected] of fixed.entries()) {
    const segment = given[at] ?? "";
    if (expected.startsWith(":")) {
      if (segment === "" || segment === "." || segment === "..") return undefined;
      params[expected.slice(1)] = decodeSegment(segment);
    } else if (segment !== expected) return undefined;
  }
  return { params, rest: given.slice(fixed.length) };
}
