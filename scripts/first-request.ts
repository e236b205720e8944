/** A first request to the front door at `url` for its log line, with what signs the caller in. */
export function firstRequest(url: string, signIn: string | undefined): string {
  if (signIn === "forwarded") return "callers come through its trusted proxy";
  if (signIn === "databricks") return `sign in: ${url}/auth/login`;
  const header = signIn === undefined ? undefined : headers[signIn];
  return `try: curl ${header === undefined ? "" : `-H '${header}' `}${url}/api/catalogs`;
}

const headers: Readonly<Record<string, string>> = {
  "api-key": "X-Api-Key: <key>",
  oidc: "Authorization: Bearer <JWT>",
};
