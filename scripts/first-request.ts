/** A first request to the front door at `url` for its log line, with what signs the caller in. */
export function firstRequest(url: string, signIn: string | undefined): string {
  const [mode = "none"] = (signIn ?? "").split(",").flatMap((each) => each.trim() || []);
  if (mode === "forwarded") return "callers come through its trusted proxy";
  if (mode === "databricks") return `sign in: ${url}/auth/login`;
  const header = headers[mode];
  return `try: curl ${header === undefined ? "" : `-H '${header}' `}${url}/api/catalogs`;
}

const headers: Readonly<Record<string, string>> = {
  "api-key": "X-Api-Key: <key>",
  oidc: "Authorization: Bearer <JWT>",
};
