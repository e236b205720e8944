import type { CallOptions, GatewayClient } from "@front-door/gateway-client";
import { domains, type ErrorCode, type OperationName, type PublicRoute } from "@front-door/operations";
import type { Request, Response } from "express";
import type * as z from "zod";
import type { JsonBodyReader } from "../http/json-body.ts";
import type { ServedApiDocument } from "../http/served-api-document.ts";
import type { Limits } from "../settings/limits.ts";
import type { SettingsFile } from "../settings/settings-file.ts";
import type { BrowserAddress } from "../sign-in/browser-address.ts";
import type { KnownSessions } from "../sign-in/known-sessions.ts";
import type { SignInConfig } from "../sign-in/sign-in-config.ts";

const ofDomains = Object.fromEntries(
  Object.values(domains).map(({ title, description }) => [title, description]),
  // Has every title, which the type of `fromEntries` does not say.
) as Record<(typeof domains)[keyof typeof domains]["title"], string>;

export const tags = {
  ...ofDomains,
  "Sign-in": "People who sign in with Databricks.",
  Settings: "Settings that this front door stores.",
  Service: "The front door itself.",
} as const;

/** One success reply, for the API document. It has no body without `json`, `bytes`, `text` or `lines`. */
export interface ReplyDescription {
  readonly description: string;
  /** The JSON body. */
  readonly json?: z.ZodType;
  /** The media types of a reply of bytes. */
  readonly bytes?: readonly string[];
  /** The media type of a reply that is a document in another notation than JSON. */
  readonly text?: string;
  /** A line of the reply in NDJSON. */
  readonly lines?: z.ZodType;
  readonly headers?: z.ZodObject;
  readonly example?: unknown;
}

/** A public route. Express and the API document are both built from it. */
export interface Route {
  readonly method: PublicRoute["method"];
  readonly path: string;
  readonly operationId: string;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly description?: string | undefined;
  /** The operation it runs. Undefined if the front door answers itself. */
  readonly operation?: OperationName;
  /** What it runs is in its body: it checks the caller's rights for each operation itself. */
  readonly checksOperations?: true;
  /** The `:name` parts of the path. */
  readonly pathParams?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** The handler reads the query: another program decides what is in it. */
  readonly readsQuery?: boolean;
  /** Request headers that the route reads, by their lower-case names. */
  readonly headers?: z.ZodObject;
  readonly jsonBody?: { readonly schema: z.ZodType; readonly description: string; readonly example: unknown };
  /** Describes the body, which is a file of any type. */
  readonly fileBody?: string;
  readonly replies: Readonly<Record<number, ReplyDescription>>;
  /** Besides those that every route can return. */
  readonly errors: readonly ErrorCode[];
  /** Served without a sign-in; credentials are ignored. For probes and documents. */
  readonly open?: boolean;
  /** Counts the requests of an open route too, by their address. */
  readonly limited?: boolean;
  readonly handle: (exchange: Exchange, services: Services) => Promise<void> | void;
}

/** One request to a route. Everything except its body has been checked. */
export interface Exchange {
  readonly req: Request;
  readonly res: Response;
  /** The `:name` parts of the path, parsed by the route's schema. */
  readonly pathParams: Record<string, unknown>;
  /** The query, parsed by the route's schema, without `workspace`. */
  readonly query: Record<string, unknown>;
  /** Who calls, as whom, and in which workspace. The signal is aborted if the caller hangs up early. */
  readonly call: Call;
}

type Call = CallOptions & { readonly signal: AbortSignal };

export interface Services {
  readonly gateway: GatewayClient;
  readonly settingsFile: SettingsFile;
  readonly readJsonBody: JsonBodyReader;
  readonly apiDocument: ServedApiDocument;
  readonly limits: Limits;
  /** Other origins whose web pages may read and show what is served here. */
  readonly corsOrigins: readonly string[];
  readonly signIn: SignInConfig;
  /** How browsers address this server. */
  readonly address: BrowserAddress;
  readonly sessions: KnownSessions;
  /** Throws while the front door itself is not ready. */
  readonly checkReady: () => void;
}
