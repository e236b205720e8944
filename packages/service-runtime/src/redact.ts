/** A value in quotes of any kind, backslashes heeded, as JSON and `util.inspect` write it. */
const quoted = String.raw`"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\x60(?:[^\x60\\]|\\.)*\x60?`;
const headers =
  "authorization|proxy-authorization|cookie|set-cookie|x-forwarded-access-token|x-gateway-secret|x-api-key";
/** What is too common a word to be a field by itself, and is one in the quotes of JSON: our own protocol has `token`. */
const quotedFields = "token|token_value|secret|passwd|pwd";
const secretFields = [
  "client[_-]?secret",
  "client[_-]?assertion",
  "code[_-]?verifier",
  "browser[_-]?secret",
  "session[_-]?key",
  "(?:access|refresh|id|sas|session|security|subject)[_-]?token",
  "(?:aws[_-]?)?secret[_-]?access[_-]?key",
  "account[_-]?key",
  "api[_-]?key",
  "password",
  // Bounded: in `databricks_gateway_databricks_…` such a name can begin at every word.
  "(?:databricks|gateway)_[a-z_]{0,32}(?:token|secret)",
].join("|");

/**
 * A secret's name, escaped quotes and all, as a JSON text inside another one has it: `{\"token\":\"…\"}`. A text inside
 * five others has 31 backslashes. Of a longer run of them only one place is looked at, so it takes linear time.
 */
const escapedName = String.raw`(?<!\\)(\\{1,31}["'])(${headers}|${secretFields}|${quotedFields})\1(\s*[:=]\s*)\1`;

// The order matters: what is known by its name goes with all of its value, before a part of it is known by its shape.
const patterns: readonly [RegExp, string][] = [
  [new RegExp(String.raw`${escapedName}(?:(?!\1)[^])*(?:\1)?`, "gi"), "$1$2$1$3$1[redacted]$1"],
  // Inside a URL or a form: up to the next field, which `&` begins, escaped or not.
  [
    new RegExp(
      String.raw`(${headers}|${secretFields})((?:%22)?%3[ad](?:%20|%22|\+)*)(?!\[redacted\])(?:(?!%26|%22|%2c|%0a|%0d)[^\s&"'<>,;])+`,
      "gi",
    ),
    "$1$2[redacted]",
  ],
  [new RegExp(String.raw`(["'])(${quotedFields})\1(\s*[:=]\s*)(?:${quoted})`, "gi"), "$1$2$1$3[redacted]"],
  // A header with its value, as a log, an inspected object or a list of raw headers has it.
  [new RegExp(String.raw`(["']?)\b(${headers})\1(\s*[:=,]\s*)(?:${quoted})`, "gi"), "$1$2$1$3[redacted]"],
  [new RegExp(String.raw`\b(${headers})(:[ \t]*)(?!\[redacted\])\S[^\r\n]*`, "gi"), "$1$2[redacted]"],
  // A secret with the name of its field: JSON, a form, a connection string, a settings file.
  [new RegExp(String.raw`(["']?)\b(${secretFields})\1(\s*[:=]\s*)(?:${quoted})`, "gi"), "$1$2$1$3[redacted]"],
  [
    new RegExp(String.raw`\b(${secretFields})([ \t]{0,8}=[ \t]*|:[ \t]*)(?!\[redacted\])[^\s&"',;<>]+`, "gi"),
    "$1$2[redacted]",
  ],
  [/\b(bearer|basic)(?:\s+|%20|\+)(?!\[redacted\])[\w\-.~+/]+=*/gi, "$1 [redacted]"],
  // Personal access tokens, OAuth client secrets, and the other token kinds that Databricks marks by a few letters.
  // No word boundary before: behind an escape like `\n` it has none.
  [/(?:dapi|dose|dkea|dsapi|doau|dsap)[0-9a-f]{16,}(?:-\d+)?/gi, "[redacted]"],
  // A JSON web token: its header always begins with `{"`, which is `eyJ` in base64url.
  [/eyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g, "[redacted]"],
  // API keys of the front door, and ids of sessions.
  [/fd[ks]_[\w-]{20,}/g, "[redacted]"],
  // Key ids of AWS, secrets of Microsoft Entra, access tokens of Google.
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, "[redacted]"],
  [/[\w~.-]{3}\dQ~[\w~.-]{31,34}/g, "[redacted]"],
  [/\bya29\.[\w-]{20,}/g, "[redacted]"],
  // A URL with a query may be presigned, whoever signed it; one with a user may have a password.
  // Of one URL in the path of another the inner one is taken, and a scheme begins only where its letters begin, so that no
  // part of a text is looked at twice.
  [/(?<![a-z0-9+.-])[a-z0-9+.-]+:\/\/(?:(?!:\/\/)[^\s"'<>?])*\?[^\s"'<>]*/gi, "[url]"],
  [/(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)(?!\[redacted\])[^\s/?#"'<>]+@/gi, "$1[redacted]@"],
  // The query of one that was cut in two.
  [
    /(?:\b|%26|%3F)(?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)|AWSAccessKeyId|GoogleAccessId|Signature|sig)(?:=|%3D)[^\s&"'<>]+/gi,
    "[redacted]",
  ],
  [
    // Not `filesystem.databricks.com` and its like: they are the domains of error codes, which clients key on.
    /(?<![a-z0-9.-])[a-z0-9.-]*\.(?:(?:cloud|gcp|dev|staging)\.databricks\.(?:com|us|mil)|azuredatabricks\.net|databricks\.azure\.(?:us|cn)|databricksapps\.com)\b(?::\d+)?/gi,
    "[workspace]",
  ],
];

/**
 * One of these stands in whatever any of the patterns finds: every text without them, as most names and ids are, is let
 * through after one look. A test holds the two together.
 */
const suspicious = /["'\x60:=%+~\s,]|dapi|dose|dkea|dsapi|doau|dsap|eyj|fdk_|fds_|akia|asia|ya29|databricks/i;

const literalLengthMin = 8;

export type Redactor = (text: string) => string;

/**
 * Takes out of a text whatever looks like a credential, a presigned URL or a Databricks host, and every one of
 * `secrets` (8 characters or longer) and of `hosts` (`name` or `name:port`) word for word. Applied twice it does what
 * it does once.
 */
export function createRedactor(hosts: readonly string[], secrets: readonly string[]): Redactor {
  const literals = secrets
    .filter((secret) => secret.length >= literalLengthMin)
    .flatMap(writtenForms)
    // Of two that overlap the longer goes whole.
    .toSorted((a, b) => b.length - a.length);
  const names = hosts.flatMap(namesOf);
  return (text) => {
    let result = text;
    for (const secret of literals) result = result.replaceAll(secret, "[redacted]");
    if (suspicious.test(result)) {
      for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
    }
    for (const name of names) result = result.replaceAll(name, "[workspace]");
    return result;
  };
}

/** A secret as it is, in a URL or a form, and inside a JSON string. */
function writtenForms(secret: string): string[] {
  const form = new URLSearchParams([["", secret]]).toString().slice(1);
  const json = JSON.stringify(secret).slice(1, -1);
  const encoded = [encodeURIComponent(secret), form];
  // Some write the digits of an escape in lower case, and a slash in JSON with a backslash.
  const lower = encoded.map((text) => text.replace(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase()));
  return [...new Set([secret, ...encoded, ...lower, json, json.replaceAll("/", "\\/")])];
}

/** A host with its port, and without it. */
function namesOf(host: string): string[] {
  const name = host.replace(/:\d+$/, "");
  // A bare `localhost` says nothing about anyone.
  return name === "localhost" || name === host ? [host] : [host, name];
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
