/** The API that a path belongs to: a segment that is part of the API itself, never a name in it. */
export function apiOf(path: string): string {
  const [, area, part] = /^\/api\/\d\.\d\/([a-z][a-z-]*)(?:\/([a-z][a-z-]*))?/.exec(path) ?? [];
  // Of these, the second segment says more: statements, warehouses, history.
  if (area !== undefined) return area === "sql" && part !== undefined ? `sql/${part}` : area;
  if (path.startsWith("/oidc/") || path.includes("/oauth2/")) return "login";
  if (path.startsWith("/sql/")) return "sql/thrift";
  return path.startsWith("/serving-endpoints/") ? "serving-endpoints" : "other";
}
