import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor, redactJson } from "./redact.ts";

const redact = createRedactor([], []);
const characters = (text: string) => text.split("");
const hex = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...characters("0123456789abcdef")),
    minLength: length,
    maxLength: length,
  });
const base64url = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...characters("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")),
    minLength: length,
    maxLength: length + 20,
  });

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = fc
  .tuple(fc.dictionary(fc.string(), fc.string()), base64url(20), base64url(40))
  .map(([claims, sub, signature]) => {
    return `${part({ alg: "RS256", typ: "JWT" })}.${part({ ...claims, sub })}.${signature}`;
  });

/** Every kind of credential that is known by its own shape. */
const known: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "a personal access token": hex(32).map((digits) => `dapi${digits}`),
  "a personal access token with its suffix": hex(32).map((digits) => `dapi${digits}-2`),
  "an OAuth client secret": hex(32).map((digits) => `dose${digits}`),
  "a token of another kind": fc
    .tuple(fc.constantFrom("dkea", "dsapi", "doau", "dsap"), hex(32))
    .map(([kind, digits]) => `${kind}${digits}`),
  "a JSON web token": jwt,
  "a secret of Microsoft Entra": fc
    .tuple(base64url(3), base64url(31))
    .map(([a, b]) => `${a.slice(0, 3)}8Q~${b.slice(0, 31)}`),
};

/** What can stand around a secret in a log line without being a part of it. */
const around = fc.constantFrom(
  (secret: string) => secret,
  (secret: string) => `token ${secret}: refused`,
  (secret: string) => `"${secret}"`,
  (secret: string) => JSON.stringify({ a: [secret], b: 1 }),
  (secret: string) => inspect({ headers: { x: secret } }),
  (secret: string) => `a\n${secret}\nb`,
  (secret: string) => JSON.stringify(`a\n${secret}\nb`),
  (secret: string) => `(${secret})`,
  (secret: string) => `?token=${secret}&a=1`,
);

describe.each(Object.entries(known))("%s", (_kind, secrets) => {
  test("is taken out wherever it stands", () => {
    fc.assert(
      fc.property(secrets, around, (secret, wrap) => {
        expect(redact(wrap(secret))).not.toContain(secret);
      }),
    );
  });
});

const headerNames = [
  "Authorization",
  "proxy-authorization",
  "Cookie",
  "Set-Cookie",
  "X-Forwarded-Access-Token",
  "x-gateway-secret",
  "x-api-key",
];

describe.each(headerNames)("the value of the header %s", (name) => {
  const value = base64url(12);
  test("is taken out of a log line, of raw headers, of JSON and of an inspected object", () => {
    fc.assert(
      fc.property(value, fc.constantFrom("", "Bearer ", "session=", "Digest x y="), (secret, scheme) => {
        const full = `${scheme}${secret}`;
        for (const text of [
          `GET / HTTP/1.1\r\n${name}: ${full}\r\nHost: a`,
          inspect([name, full, "host", "a"]),
          JSON.stringify({ [name]: full, host: "a" }),
          inspect({ [name]: full }),
          inspect({ [name.toLowerCase()]: `it's "${full}"` }),
        ]) {
          expect(redact(text)).not.toContain(secret);
          expect(redact(text)).toContain("[redacted]");
        }
      }),
    );
  });
});

test.each([
  ["https://bucket.s3.amazonaws.com/key?X-Amz-Signature=abc123&X-Amz-Credential=AKIA", "[url]"],
  ["see https://acc.blob.core.windows.net/c/f?sv=2023&sig=a%2Fb%3D for it", "see [url] for it"],
  ["https://storage.googleapis.com/b/o?X-Goog-Signature=0f0f&GoogleAccessId=me", "[url]"],
  ["…&X-Goog-Signature=0f0f and sig=a%2Fb", "…&[redacted] and [redacted]"],
  ["https://user:pa:ss@host/path", "https://[redacted]@host/path"],
  ["https://only-a-token@host", "https://[redacted]@host"],
  ["client_secret=s3cr3t&grant_type=x", "client_secret=[redacted]&grant_type=x"],
  ['{"client_secret": "s \\" t", "a": 1}', '{"client_secret": [redacted], "a": 1}'],
  ["{ accessToken: 'abc' }", "{ accessToken: [redacted] }"],
  ["DATABRICKS_TOKEN=abc", "DATABRICKS_TOKEN=[redacted]"],
  ["DATABRICKS_CLIENT_SECRET='a b'", "DATABRICKS_CLIENT_SECRET=[redacted]"],
  [String.raw`{\"access_token\":\"a b\",\"n\":1}`, String.raw`{\"access_token\":\"[redacted]\",\"n\":1}`],
  [String.raw`{\\\"token\\\": \\\"abc\\\"}`, String.raw`{\\\"token\\\": \\\"[redacted]\\\"}`],
  ['{"op":"me","auth":{"token":"abc"}}', '{"op":"me","auth":{"token":[redacted]}}'],
  ['{"next_page_token":"abc"}', '{"next_page_token":"abc"}'],
  ["?q=client_secret%3Dabc%26a%3D1", "?q=client_secret%3D[redacted]%26a%3D1"],
  ["Authorization%3A%20Bearer%20abc", "Authorization%3A%20[redacted]"],
  ["Bearer%20abc", "Bearer [redacted]"],
  [
    "https%3A%2F%2Fs3.amazonaws.com%2Fb%3FX-Amz-Signature%3Dabc",
    "https%3A%2F%2Fs3.amazonaws.com%2Fb[redacted]",
  ],
  ["client_secret = abc", "client_secret = [redacted]"],
  ["no fdk_0123456789abcdefghijABCDEFGHIJ-_ here", "no [redacted] here"],
  ["no fds_0123456789abcdefghijABCDEFGHIJ-_ here", "no [redacted] here"],
  ["code=x&code_verifier=canary-1", "code=x&code_verifier=[redacted]"],
  ['{"browser_secret":"canary-1"}', '{"browser_secret":[redacted]}'],
  ["AccountKey=abc+/=;EndpointSuffix=x", "AccountKey=[redacted];EndpointSuffix=x"],
  ["aws_secret_access_key = ", "aws_secret_access_key = "],
  ["key AKIAIOSFODNN7EXAMPLE of", "key [redacted] of"],
  ["Bearer abc.def", "Bearer [redacted]"],
  ["basic dXNlcjpwYXNz", "basic [redacted]"],
  ["at adb-1.2.azuredatabricks.net:443", "at [workspace]"],
])("%s", (text, expected) => {
  expect(redact(text)).toBe(expected);
});

test.each([
  "Table or view 'main.default.cookie' not found. SQLSTATE: 42P01",
  "SELECT cookie, count(*) FROM main.default.visits",
  "https://docs.databricks.com/error-messages/index.html",
  "domain filesystem.databricks.com",
  "/Volumes/main/default/files/readme.txt",
  "a token of the user is missing",
])("%s says no secret and stays as it is", (text) => {
  expect(redact(text)).toBe(text);
});

test("a known secret goes in every form in which it is written", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 8, maxLength: 40 }),
      fc.string({ maxLength: 20 }),
      (secret, before) => {
        fc.pre(
          secret.isWellFormed() && !"[redacted][workspace][url]".includes(secret) && !before.includes(secret),
        );
        const literal = createRedactor([], [secret]);
        expect(literal(`x ${secret} y`)).not.toContain(secret);
        expect(literal(`?a=${encodeURIComponent(secret)}`)).not.toContain(encodeURIComponent(secret));
        const lower = encodeURIComponent(secret).replace(/%../g, (escape) => escape.toLowerCase());
        expect(literal(`?a=${lower}`)).not.toContain(lower);
        const slashed = JSON.stringify(secret).slice(1, -1).replaceAll("/", "\\/");
        expect(literal(`"${slashed}"`)).not.toContain(slashed);
        expect(literal(JSON.stringify({ a: secret }))).not.toContain(JSON.stringify(secret).slice(1, -1));
      },
    ),
  );
});

test("to redact twice is to redact once", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.tuple(around, fc.oneof(...Object.values(known))).map(([wrap, secret]) => wrap(secret)),
    fc.constantFrom(...headerNames).map((name) => `${name}: Bearer abcdefgh`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(redact(redact(text))).toBe(redact(text));
    }),
  );
});

test("a text that is let through after one look has nothing in it that any pattern would find", () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      ...headerNames,
      "password",
      "client_secret",
      "token",
      "Bearer",
      "basic",
      "sig",
      "X-Amz-Signature",
    ),
    fc.constantFrom(
      "dapi",
      "DOSE",
      "dkea",
      "dsapi",
      "doau",
      "dsap",
      "eyJ",
      "fdk_",
      "fds_",
      "AKIA",
      "ASIA",
      "8Q~",
      "ya29.",
    ),
    fc.constantFrom(
      "adb-1.azuredatabricks.net",
      "x.cloud.databricks.com",
      "a.databricksapps.com",
      "https",
      "//",
      "@",
    ),
    fc.constantFrom(..."\"'`:=%+~ ,&?;-_./\\".split("")),
    hex(32),
    base64url(20),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 6 }), (chosen) => {
      const text = chosen.join("");
      fc.pre(redact(text) === text);
      // The colon has the patterns look at the text, and is too far from it to be a part of what they find.
      expect(redact(`${text}\n:\n`)).toBe(`${text}\n:\n`);
    }),
    { numRuns: 2_000 },
  );
});

test("of two secrets of which one begins the other nothing is left", () => {
  expect(createRedactor([], ["abcdefgh", "abcdefgh-and-more"])("abcdefgh-and-more")).toBe("[redacted]");
});

test.each([
  ["dbx.example:8443", "to dbx.example:8443 of dbx.example", "to [workspace] of [workspace]"],
  ["dbx.example", "to dbx.example:8443", "to [workspace]:8443"],
  ["127.0.0.1:3003", "127.0.0.1:3003 and 127.0.0.1", "[workspace] and [workspace]"],
  ["localhost:3003", "localhost:3003 and localhost", "[workspace] and localhost"],
])(
  "the host %s is taken out with its port and without it, but for a bare localhost",
  (host, text, redacted) => {
    expect(createRedactor([host], [])(text)).toBe(redacted);
  },
);

test("strings deep in a value are redacted, and it cannot change a prototype", () => {
  const value = JSON.parse('{"a":[{"b":"Bearer abcdef"}],"__proto__":{"x":1},"n":1}') as unknown;
  expect(redactJson(value, redact)).toEqual({ a: [{ b: "Bearer [redacted]" }], n: 1 });
});

// The test's own time limit is what fails when a pattern looks at the text again from each of its places.
test.each([
  "authorization: ",
  "eyJ",
  "a://",
  "https://a@",
  '"',
  "x-",
  "token=",
  " ",
  '\\"token\\":\\"',
  "\\",
  "sig%3D",
  "password ",
  "databricks_gateway_",
])("a text of 100,000 times %j comes to an end", (piece) => {
  expect(redact(piece.repeat(100_000))).toEqual(expect.any(String));
});
