import { createHash } from "node:crypto";
import type { Reply } from "../http/reply.ts";
import type { OAuthApp, Seed } from "../state/seed.ts";
import type { OAuthParameters } from "./oauth-parameters.ts";

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 28rem; margin: 4rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
button { display: block; width: 100%; margin: .5rem 0; padding: .6rem 1rem; font: inherit; text-align: left; cursor: pointer; }
small { display: block; }
`;
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/**
 * The page on which a person picks the seeded user to be. It is a form without a script, and posts the parameters of the
 * request as they came together with `user`, or with `refuse`.
 */
export function signInPage(
  { users }: Seed,
  app: OAuthApp,
  redirectUri: string,
  parameters: OAuthParameters,
): Reply {
  const fields = [...parameters].map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const choices = users.map(
    ({ userName, displayName, admin }) =>
      `<button name="user" value="${escaped(userName)}">${escaped(displayName)}<small>${escaped(userName)}${admin ? ", admin" : ""}</small></button>`,
  );
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in to the local workspace</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Sign in to the local workspace</h1>
<p>This is the local workspace's stand-in for Databricks' sign-in page. It asks for no password: pick who you are.</p>
<p><strong>${escaped(app.name)}</strong> asks for ${escaped(parameters.get("scope") ?? "")}.</p>
<form method="post" action="/oidc/v1/authorize">
${[...fields, ...choices].join("\n")}
<button name="refuse" value="true">Refuse</button>
</form>
</main>
</body>
</html>
`;
  return page(html, new URL(redirectUri).origin);
}

/** Chromium applies `form-action` to the redirect that answers the form too, so it names where that leads. */
function page(html: string, redirectOrigin: string): Reply {
  const body = Buffer.from(html);
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action 'self' ${redirectOrigin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-length": String(body.length),
      "cache-control": "no-store",
      "content-security-policy": policy.join("; "),
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
    body,
  };
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
