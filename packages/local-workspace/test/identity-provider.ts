import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** In PEM, as anybody can have it. */
  readonly publicPem: string;
}

export interface IdentityProvider {
  readonly issuer: string;
  /** Paths that were requested. */
  readonly requests: string[];
  /** Fields of the discovery document that are to be wrong. `/moved` redirects to the keys. */
  overrides: Record<string, unknown>;
  newKey(kid: string, alg?: string): Promise<SigningKey>;
  publish(...kids: string[]): void;
  sign(
    key: SigningKey,
    claims: JWTPayload,
    header?: { alg?: string; kid?: string; typ?: string },
  ): Promise<string>;
  stop(): void;
  start(): Promise<void>;
}

/** An OpenID Connect provider on this machine: discovery, keys, and tokens as a test needs them. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const keys = new Map<string, object>();
  let published: string[] = [];
  const requests: string[] = [];
  let port = 0;
  const server = createServer((req, res) => {
    requests.push(String(req.url));
    const issuer = provider.issuer;
    const answers: Record<string, unknown> = {
      "/.well-known/openid-configuration": { issuer, jwks_uri: `${issuer}/keys`, ...provider.overrides },
      "/keys": { keys: published.map((kid) => keys.get(kid)) },
    };
    const answer = answers[String(req.url)];
    if (req.url === "/moved") res.setHeader("location", "/keys");
    res.writeHead(res.hasHeader("location") ? 302 : answer === undefined ? 404 : 200, {
      "content-type": "application/json",
      connection: "close",
    });
    res.end(JSON.stringify(answer ?? {}));
  });
  const listen = async () => {
    if (server.listening) return;
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  };
  await listen();
  const provider: IdentityProvider = {
    issuer: `http://127.0.0.1:${port}`,
    requests,
    overrides: {},
    async newKey(kid, alg = "RS256") {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      keys.set(kid, { ...(await exportJWK(publicKey)), kid, use: "sig", alg });
      return { kid, privateKey, publicPem: alg === "RS256" ? await exportSPKI(publicKey) : "" };
    },
    publish(...kids) {
      published = kids;
    },
    sign: (key, claims, { alg = "RS256", kid = key.kid, ...header } = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(key.privateKey),
    stop() {
      server.closeAllConnections();
      server.close();
    },
    start: listen,
  };
  return provider;
}
