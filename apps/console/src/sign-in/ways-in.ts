export interface WayIn {
  readonly kind: "apiKey" | "token" | "proxy" | "session";
  readonly label: string;
  readonly explanation: string;
}

const ways: Readonly<Record<string, WayIn>> = {
  apiKey: {
    kind: "apiKey",
    label: "API key",
    explanation: "A key of this front door. Whoever runs it makes one with ./scripts/api-key.sh.",
  },
  openId: {
    kind: "token",
    label: "Token",
    explanation: "A JWT of the identity provider that this front door trusts.",
  },
  databricksToken: {
    kind: "token",
    label: "Databricks token",
    explanation: "Requests then run as the token's user, and not as this front door's own identity.",
  },
  session: {
    kind: "session",
    label: "Databricks",
    explanation: "Databricks' own page asks who you are. Requests then run as you.",
  },
  proxy: {
    kind: "proxy",
    label: "Sign-in proxy",
    explanation: "A proxy in front of this server signs you in. Load the page again to let it.",
  },
};

interface ApiDocument {
  readonly paths?: { readonly "/api/me"?: { readonly get?: { readonly security?: readonly object[] } } };
}

/** How this front door signs callers in, by its API document: each requirement of one scheme is a way. */
export function waysIn(document: Readonly<Record<string, unknown>>): readonly WayIn[] {
  const requirements = (document as ApiDocument).paths?.["/api/me"]?.get?.security ?? [];
  const alone = requirements.map(Object.keys).filter((names) => names.length === 1);
  return alone.flatMap(([name = ""]) => ways[name] ?? []);
}
