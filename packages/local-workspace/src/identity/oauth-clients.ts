import { type OAuthApp, oauthAppSchema, type Seed } from "../state/seed.ts";
import { sha256 } from "./issued-tokens.ts";
import { OAuthError } from "./oauth-error.ts";
import type { OAuthParameters } from "./oauth-parameters.ts";

const CLI_PORTS = { first: 8020, last: 8040 };

/** Public apps that every workspace has, for Databricks' own tools: the CLI, the SDKs and the drivers. */
const builtInApps = ["databricks-cli", "databricks-sql-connector", "databricks-sql-python"].map((clientId) =>
  oauthAppSchema.parse({
    clientId,
    name: clientId,
    redirectUrls: Array.from(
      { length: CLI_PORTS.last - CLI_PORTS.first + 1 },
      (_, at) => `http://localhost:${CLI_PORTS.first + at}`,
    ),
  }),
);

/** The clients of the OAuth endpoints: apps that sign users in, and service principals. */
export class OAuthClients {
  readonly #apps: Map<string, OAuthApp>;
  /** Digests, by application id. */
  readonly #principalSecrets: Map<string, string>;

  constructor(seed: Seed) {
    this.#apps = new Map([...builtInApps, ...seed.oauthApps].map((app) => [app.clientId, app]));
    this.#principalSecrets = new Map(
      seed.servicePrincipals.map(({ applicationId, clientSecret }) => [applicationId, sha256(clientSecret)]),
    );
  }

  app(clientId: string): OAuthApp | undefined {
    return this.#apps.get(clientId);
  }

  /** Replaces an app of the same client id. */
  addApp(app: OAuthApp): void {
    this.#apps.set(app.clientId, app);
  }

  /** Throws RangeError if the service principal does not exist. */
  setPrincipalSecret(applicationId: string, clientSecret: string): void {
    if (!this.#principalSecrets.has(applicationId)) {
      throw new RangeError(`The service principal ${applicationId} does not exist.`);
    }
    this.#principalSecrets.set(applicationId, sha256(clientSecret));
  }

  /** The app that a token request comes from. Throws OAuthError, with 401 unless the credentials are right. */
  authenticateApp(authorization: string | undefined, form: OAuthParameters): OAuthApp {
    const { clientId, clientSecret } = clientCredentials(authorization, form);
    const app = this.#apps.get(clientId);
    if (app === undefined || app.clientSecret !== clientSecret) throw badClient();
    return app;
  }

  /** The application id of the service principal that a token request comes from. Throws OAuthError. */
  authenticatePrincipal(authorization: string | undefined, form: OAuthParameters): string {
    const { clientId, clientSecret } = clientCredentials(authorization, form);
    const digest = this.#principalSecrets.get(clientId);
    if (digest === undefined || clientSecret === undefined || digest !== sha256(clientSecret))
      throw badClient();
    return clientId;
  }
}

function badClient(): OAuthError {
  return new OAuthError("invalid_client", "Client authentication failed", 401);
}

/** From Basic authentication or from the form, never from both. A public app has no secret. */
function clientCredentials(
  authorization: string | undefined,
  form: OAuthParameters,
): { clientId: string; clientSecret: string | undefined } {
  const encoded = /^Basic +(\S+)\s*$/i.exec(authorization ?? "")?.[1];
  const [formId, formSecret] = [form.get("client_id"), form.get("client_secret")];
  if (encoded === undefined) {
    if (formId === undefined) throw badClient();
    return { clientId: formId, clientSecret: formSecret };
  }
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon === -1) throw badClient();
  const clientId = decoded(text.slice(0, colon));
  if (formSecret !== undefined || (formId !== undefined && formId !== clientId)) {
    throw new OAuthError(
      "invalid_request",
      "Send the client's credentials once: in the form or as Basic authentication",
    );
  }
  return { clientId, clientSecret: decoded(text.slice(colon + 1)) || undefined };
}

/** Libraries that follow RFC 6749 encode the two parts of Basic authentication; the SDKs send them as they are. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
