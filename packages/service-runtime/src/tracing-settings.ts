import * as z from "zod";
import { oneOf } from "./setting-types.ts";

const samplers = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** Where traces are sent, by OpenTelemetry's own names. Both processes have these settings. */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine(
      isCollector,
      "must be the address of an OTLP collector, like http://127.0.0.1:4318, without a user or a query: credentials go into OTEL_EXPORTER_OTLP_HEADERS",
    )
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .transform(headersIn)
    .refine(
      (headers) => headers !== undefined,
      "must be comma-separated headers like api-key=…,other=…, percent-encoded where a value needs it",
    )
    .optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: oneOf(["http/protobuf"]).default("http/protobuf"),
  OTEL_SERVICE_NAME: z
    .string()
    .regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits, dots, dashes or underscores")
    .default("front-door"),
  OTEL_TRACES_SAMPLER: oneOf(samplers).optional(),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(?:0?\.\d{1,9}|0|1|1\.0{1,9})$/, "must be a number between 0 and 1, the share of traces to keep")
    .transform(Number)
    .default(1),
};

/** Of these, the ones that are secrets. */
export const tracingSecrets = ["OTEL_EXPORTER_OTLP_HEADERS"] as const;

const settings = z.object(tracingSettings);

/** Where one process sends its traces, and which. */
export interface TracingConfig {
  readonly endpoint: string;
  /** Of every request to the collector. They are secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Undefined: the first 100 traces in each second are kept, unless their callers do not keep them. */
  readonly sampler: (typeof samplers)[number] | undefined;
  /** The share of traces that a sampler by ratio keeps, 0 to 1. */
  readonly ratio: number;
  /** Whether those 100 include the traces that callers keep. The gateway's callers are known, and the front door has counted its own. */
  readonly countsCallersTraces: boolean;
}

/** Undefined: no traces are made. */
export function tracingConfig(
  values: z.output<typeof settings>,
  process: "front door" | "gateway",
): TracingConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: name } = values;
  if (endpoint === undefined) return undefined;
  return {
    endpoint,
    headers: values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    serviceName: process === "gateway" ? `${name}-gateway` : name,
    sampler: values.OTEL_TRACES_SAMPLER,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
    countsCallersTraces: process === "front door",
  };
}

/** What no line of a process may show. */
export function secretsOfTracing({ headers }: TracingConfig): readonly string[] {
  return Object.values(headers);
}

function isCollector(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}

/** `name=value,name=value` with percent-encoded values, as OpenTelemetry writes headers. Undefined if it is not that. */
function headersIn(text: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const item of text.split(",")) {
    const at = item.indexOf("=");
    const [name, value] = [item.slice(0, Math.max(at, 0)).trim(), decoded(item.slice(at + 1).trim())];
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || value === undefined) return undefined;
    headers[name] = value;
  }
  return headers;
}

function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text);
    return /^[\x20-\x7e]+$/.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
