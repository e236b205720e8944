import type { CallOptions, GatewayClient } from "@front-door/gateway-client";
import { type ErrorCode, type OperationName, operationTags, type PublicRoute } from "@front-door/operations";
import type { Request, Response } from "express";
import type * as z from "zod";
import type { JsonBodyReader } from "../http/json-body.ts";
import type { Limits } from "../settings/limits.ts";
import type { SettingsFile } from "../settings/settings-file.ts";

export const tags = {
  ...operationTags,
  Settings: "What this front door remembers.",
  Service: "The front door itself.",
} as const;

/** One success reply as the API document has it. */
export interface ReplyDescription {
  readonly description: string;
  /** The JSON body; without it there is none, or bytes. */
  readonly json?: z.ZodType;
  readonly bytes?: boolean;
  /** Media types in which the reply can come beside JSON. */
  readonly streams?: readonly string[];
  readonly headers?: z.ZodObject;
  readonly example?: unknown;
}

/** A public route, described once: both Express and the API document are built from it. */
export interface Route {
  readonly method: PublicRoute["method"];
  readonly path: string;
  readonly operationId: string;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly description?: string | undefined;
  /** The operation it runs. None for what the front door answers by itself. */
  readonly operation?: OperationName;
  /** The `:name` parts of the path. */
  readonly pathParams?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Request headers that the route reads, by their lower-case names. */
  readonly headers?: z.ZodObject;
  readonly jsonBody?: { readonly schema: z.ZodType; readonly description: string; readonly example: unknown };
  /** The body is a file of any type; the text says what happens to it. */
  readonly fileBody?: string;
  readonly replies: Readonly<Record<number, ReplyDescription>>;
  /** Beside those that every route can end with. */
  readonly errors: readonly ErrorCode[];
  /** Answered without a sign-in, and whatever credentials come with it: probes and documents. */
  readonly open?: boolean;
  readonly handle: (exchange: Exchange, services: Services) => Promise<void>;
}

/** One request of a route, after everything but its body has been checked. */
export interface Exchange {
  readonly req: Request;
  readonly res: Response;
  /** What the route's schema made of the `:name` parts of the path. */
  readonly pathParams: Record<string, unknown>;
  /** What the route's query schema made of the query, but for `workspace`. */
  readonly query: Record<string, unknown>;
  /** Who calls, as whom and in which workspace it runs; its signal is aborted when the caller hangs up too early. */
  readonly call: Call;
}

type Call = CallOptions & { readonly signal: AbortSignal };

export interface Services {
  readonly gateway: GatewayClient;
  readonly settingsFile: SettingsFile;
  readonly readJsonBody: JsonBodyReader;
  /** The API document as JSON. */
  readonly openApiDocument: () => Buffer;
  readonly limits: Limits;
  /** Whether those who have not signed in may hear which identity this installation has. */
  readonly showsIdentity: boolean;
}
