import { FrontDoorError } from "./front-door-error.ts";

/** Where an operation is served. */
export interface OperationRoute {
  readonly method: string;
  readonly path: string;
  /** Whether it takes the parameter `workspace`. */
  readonly workspace?: true;
}

type Values = Readonly<Record<string, unknown>>;

/** The URL of a request without its origin, and its JSON body: each parameter where it belongs. */
export function placeParams(
  { method, path, workspace }: OperationRoute,
  params: Values,
  workspaceDefault: string | undefined,
): { readonly target: string; readonly body: string | undefined } {
  const { workspace: named = workspaceDefault, ...given } = params;
  const rest: Record<string, unknown> = given;
  const inPath = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return segment(name, value);
  });
  const hasBody = method === "POST" || method === "PUT" || method === "PATCH";
  const inQuery = queryOf({ ...(hasBody ? {} : rest), ...(workspace ? { workspace: named } : {}) });
  return {
    target: inPath + inQuery,
    body: hasBody && Object.keys(rest).length > 0 ? JSON.stringify(rest) : undefined,
  };
}

/** The query string with its question mark, or nothing. Undefined values are left out. */
export function queryOf(values: Values): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined);
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
  return text === "" ? "" : `?${text}`;
}

/** No encoding keeps a URL from resolving dots, which would lead to another route. */
function segment(name: string, value: unknown): string {
  if (typeof value !== "string" || value === "" || value === "." || value === "..") {
    const message = `${name}: must be a name, got ${JSON.stringify(value) ?? "nothing"}`;
    throw new FrontDoorError(message, { code: "INVALID_PARAMETER_VALUE", status: 400, retryable: false });
  }
  return encodeURIComponent(value);
}
