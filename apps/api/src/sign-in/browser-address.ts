import type { IncomingMessage } from "node:http";
import { OperationError, sessionIdPattern } from "@front-door/operations";
import { isLoopback } from "@front-door/service-runtime";
import type { Response } from "express";
import { unauthenticated } from "./credential-header.ts";

/** The cookies of a browser: its session, and the sign-in that it has under way. */
type CookieKind = "session" | "sign-in";

const secretPattern = /^[\w-]{43}$/;

interface BegunSignIn {
  /** Shared by all sign-ins that the browser has under way. */
  readonly secret: string;
  /** The page that the person came from. It comes from a cookie, so check it before use. */
  readonly returnTo: string;
}

/** How browsers address this server. Every cookie and every redirect follows from it. */
export class BrowserAddress {
  readonly #publicUrl: string | undefined;

  /** The origin of PUBLIC_URL. Undefined: browsers are on this machine. */
  constructor(publicUrl: string | undefined) {
    this.#publicUrl = publicUrl;
  }

  /** Throws HOST_NOT_ALLOWED for a request by another name than this machine's own, where no PUBLIC_URL is set. */
  originFor({ headers: { host = "" } }: IncomingMessage): string {
    if (this.#publicUrl !== undefined) return this.#publicUrl;
    const url = URL.parse(`http://${host}`);
    if (url !== null && isLoopback(url.hostname)) return url.origin;
    throw new OperationError(
      "HOST_NOT_ALLOWED",
      "To sign in by this name, set PUBLIC_URL to the address that browsers have for this server.",
    );
  }

  get sessionCookie(): string {
    return this.#cookieName("session");
  }

  /** The session's id; undefined if the request has none. Throws UNAUTHENTICATED for anything that cannot be one. */
  sessionOf(req: IncomingMessage): string | undefined {
    const id = this.#read(req, "session");
    if (id === undefined || sessionIdPattern.test(id)) return id;
    throw unauthenticated(`The cookie ${this.sessionCookie} is not the id of a session.`);
  }

  /** What the request brings as its session, good or not; undefined if it brings none. */
  sessionTextOf(req: IncomingMessage): string | undefined {
    return this.#values(req, "session").join() || undefined;
  }

  /** The sign-in that this browser began last; undefined if it began none. */
  signInOf(req: IncomingMessage): BegunSignIn | undefined {
    const [secret = "", returnTo = ""] = this.#read(req, "sign-in")?.split(".") ?? [];
    if (!secretPattern.test(secret)) return undefined;
    return { secret, returnTo: Buffer.from(returnTo, "base64url").toString() || "/" };
  }

  setSignIn(res: Response, { secret, returnTo }: BegunSignIn, expiresAt: Date): void {
    const path = Buffer.from(returnTo === "/" ? "" : returnTo).toString("base64url");
    this.#append(res, "sign-in", path === "" ? secret : `${secret}.${path}`, expiresAt);
  }

  setSession(res: Response, id: string, expiresAt: Date): void {
    this.#append(res, "session", id, expiresAt);
  }

  clearSession(res: Response): void {
    this.#append(res, "session", "", new Date(0));
  }

  /** `__Host-` keeps other hosts of the domain from setting the cookie. It needs https. */
  #cookieName(kind: CookieKind): string {
    return `${this.isSecure ? "__Host-" : ""}front-door-${kind}`;
  }

  /** Whether browsers reach this server over TLS, as PUBLIC_URL says. */
  get isSecure(): boolean {
    return this.#publicUrl?.startsWith("https:") ?? false;
  }

  /** Throws UNAUTHENTICATED for a duplicate cookie: another program on the host may have set one of the two. */
  #read(req: IncomingMessage, kind: CookieKind): string | undefined {
    const [value, ...others] = this.#values(req, kind);
    if (others.length > 0) throw unauthenticated(`Duplicate cookie ${this.#cookieName(kind)}.`);
    return value === "" ? undefined : value;
  }

  #values({ headers: { cookie = "" } }: IncomingMessage, kind: CookieKind): string[] {
    const start = `${this.#cookieName(kind)}=`;
    return (
      cookie
        .split(";")
        // Not `trim`: to a browser "\u00a0__Host-x" has no prefix, so that any host of the domain may set it.
        .map((pair) => pair.replace(/^[ \t]+/, ""))
        .filter((pair) => pair.startsWith(start))
        .map((pair) => pair.slice(start.length))
    );
  }

  /** Lax: browsers send it with the redirect from Databricks and with links, but with no other request from another site. */
  #append(res: Response, kind: CookieKind, value: string, expiresAt: Date): void {
    res.append(
      "Set-Cookie",
      [
        `${this.#cookieName(kind)}=${value}`,
        "Path=/",
        `Expires=${expiresAt.toUTCString()}`,
        "HttpOnly",
        "SameSite=Lax",
        ...(this.isSecure ? ["Secure"] : []),
      ].join("; "),
    );
  }
}
