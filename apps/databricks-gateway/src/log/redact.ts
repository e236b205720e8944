const patterns: readonly [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w\-.~+/]+=*/gi, "$1 [redacted]"],
  // Personal access tokens, OAuth client secrets, and the other token kinds that Databricks marks by four letters.
  [/\b(?:dapi|dose|dkea|dsapi|doau)[0-9a-f]{16,}(?:-\d+)?\b/gi, "[redacted]"],
  // A JSON web token: its header always begins with `{"`, which is `eyJ` in base64url.
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g, "[redacted]"],
  // A URL with a query may be presigned, whoever signed it.
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*\?[^\s"'<>]*/gi, "[url]"],
  [/\b(?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|sig)=[^\s&"'<>]+/gi, "[redacted]"],
  [
    // Not `filesystem.databricks.com` and its like: they are the domains of error codes, which clients key on.
    /\b[a-z0-9][a-z0-9.-]*\.(?:(?:cloud|gcp|dev|staging)\.databricks\.(?:com|us|mil)|azuredatabricks\.net|databricks\.azure\.(?:us|cn)|databricksapps\.com)\b(?::\d+)?/gi,
    "[workspace]",
  ],
];

const literalLengthMin = 8;

export type Redactor = (text: string) => string;

/**
 * Takes out of a text whatever looks like a credential, a presigned URL or a Databricks host, and every one of
 * `secrets` and the workspace's `host` (`name` or `name:port`) word for word.
 */
export function createRedactor(host: string | undefined, secrets: readonly string[]): Redactor {
  const literals = secrets.filter((secret) => secret.length >= literalLengthMin);
  return (text) => {
    let result = text;
    for (const secret of literals) result = result.replaceAll(secret, "[redacted]");
    for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
    return host === undefined ? result : redactHost(result, host);
  };
}

function redactHost(text: string, host: string): string {
  const name = host.replace(/:\d+$/, "");
  const withPort = text.replaceAll(host, "[workspace]");
  // A bare `localhost` or `127.0.0.1` says nothing about anyone.
  return name === "localhost" ? withPort : withPort.replaceAll(name, "[workspace]");
}

/** {@link Redactor} for every string in a value made of JSON; what is deeper than eight levels is left out. */
export function redactJson(value: unknown, redact: Redactor, depth = 0): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= 8) return undefined;
  if (Array.isArray(value)) return value.map((item) => redactJson(item, redact, depth + 1));
  const entries = Object.entries(value).filter(([key]) => key !== "__proto__");
  return Object.fromEntries(entries.map(([key, item]) => [key, redactJson(item, redact, depth + 1)]));
}
