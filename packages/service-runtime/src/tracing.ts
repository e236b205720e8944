import type { IncomingHttpHeaders } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type * as Api from "@opentelemetry/api";
import type * as Core from "@opentelemetry/core";
import type { Resource } from "@opentelemetry/resources";
import type * as Sdk from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";
import { describeError } from "./describe-error.ts";
import { productVersion } from "./product-version.ts";
import { createRedactor } from "./redact.ts";
import { secretsOfTracing, type TracingConfig } from "./tracing-settings.ts";

/** The spans of one process, exported in the background: no request waits for the collector, or fails for it. */
export interface Tracing {
  /** The span of a request that has just arrived. It continues the trace that `traceparent` names, if that is valid. */
  arrived(headers: IncomingHttpHeaders): RequestSpan;
  /** Exports what has ended, for at most two seconds. */
  close(): Promise<void>;
}

/** The span of one request, until {@link RequestSpan.end}. */
export interface RequestSpan {
  readonly traceId: string;
  /** Whether it is exported at its end. */
  readonly isSampled: boolean;
  /** With these headers, the span of whoever receives the request becomes a child of this one. */
  headers(): Readonly<Record<string, string>>;
  /** The trace and this span, as W3C Trace Context writes them: https://w3c.github.io/trace-context/ */
  readonly traceparent: string;
  /** The span of a request that is sent on behalf of this one. Undefined if the trace is not sampled. */
  sent(): RequestSpan | undefined;
  end(ended: EndedSpan): void;
}

interface EndedSpan {
  readonly name: string;
  /** None is a name of a person, a path, SQL or a secret. Those that are undefined are left out. */
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly isFailure: boolean;
}

const exportMs = 10_000;
const closeMs = 2_000;

/** Loads OpenTelemetry's SDK, so it is called only where traces are exported. */
export async function openTracing(config: TracingConfig, logger: Logger): Promise<Tracing> {
  const [api, core, { resourceFromAttributes }, sdk, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/core"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-proto"),
  ]);
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint.replace(/\/$/, "")}/v1/traces`,
    headers: config.headers,
    timeoutMillis: exportMs,
  });
  const ended = new sdk.BatchSpanProcessor({ exporter: tellingOfFailure(exporter, config, logger) });
  const parts: SpanParts = {
    api,
    core,
    ids: new sdk.RandomIdGenerator(),
    ended,
    resource: resourceFromAttributes({
      "service.name": config.serviceName,
      "service.version": productVersion,
    }),
  };
  const isSampled = samplerOf(config, api, sdk);
  return {
    arrived(headers) {
      const parent = callersContext(headers, core);
      const traceId = parent?.traceId ?? parts.ids.generateTraceId();
      const { NONE, SAMPLED } = api.TraceFlags;
      const traceFlags = isSampled(traceId, parent) ? SAMPLED : NONE;
      return new OwnSpan(parts, api.SpanKind.SERVER, { ...parent, traceId, traceFlags }, parent);
    },
    async close() {
      await Promise.race([ended.shutdown().catch(() => undefined), delay(closeMs)]);
    },
  };
}

/** By W3C Trace Context. Undefined if there is no valid one. */
function callersContext(
  { traceparent, tracestate }: IncomingHttpHeaders,
  core: typeof Core,
): Api.SpanContext | undefined {
  const context = typeof traceparent === "string" ? core.parseTraceParent(traceparent) : null;
  if (context === null) return undefined;
  const traceState = typeof tracestate === "string" ? { traceState: new core.TraceState(tracestate) } : {};
  return { ...context, ...traceState, isRemote: true };
}

interface SpanParts {
  readonly api: typeof Api;
  readonly core: typeof Core;
  readonly ids: Sdk.IdGenerator;
  /** Takes the spans that have ended and are sampled. */
  readonly ended: Sdk.SpanProcessor;
  readonly resource: Resource;
}

// What all spans have alike.
const instrumentationScope = { name: "front-door" };
const none: [] = [];

/**
 * The SDK's tracer makes spans that can be read and changed until their end, which takes 3 µs more for each. Nobody does that
 * with these, so what the exporter takes is made at the end, in one go.
 */
class OwnSpan implements RequestSpan {
  readonly #parts: SpanParts;
  readonly #kind: Api.SpanKind;
  readonly #context: Api.SpanContext;
  readonly #parent: Api.SpanContext | undefined;
  readonly #startedAt = Date.now();
  readonly #started = performance.now();
  #hasEnded = false;

  constructor(
    parts: SpanParts,
    kind: Api.SpanKind,
    { traceId, traceFlags, traceState }: Omit<Api.SpanContext, "spanId">,
    parent: Api.SpanContext | undefined,
  ) {
    this.#parts = parts;
    this.#kind = kind;
    this.#parent = parent;
    this.#context = {
      traceId,
      spanId: parts.ids.generateSpanId(),
      traceFlags,
      ...(traceState === undefined ? {} : { traceState }),
    };
  }

  get traceId(): string {
    return this.#context.traceId;
  }

  get isSampled(): boolean {
    return (this.#context.traceFlags & this.#parts.api.TraceFlags.SAMPLED) !== 0;
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.#context;
    return `00-${traceId}-${spanId}-0${traceFlags}`;
  }

  headers(): Readonly<Record<string, string>> {
    const { traceparent } = this;
    const { traceState } = this.#context;
    return traceState === undefined ? { traceparent } : { traceparent, tracestate: traceState.serialize() };
  }

  sent(): RequestSpan | undefined {
    if (!this.isSampled || this.#hasEnded) return undefined;
    return new OwnSpan(this.#parts, this.#parts.api.SpanKind.CLIENT, this.#context, this.#context);
  }

  end({ name, attributes, isFailure }: EndedSpan): void {
    if (!this.isSampled || this.#hasEnded) return;
    this.#hasEnded = true;
    const { api, core, ended, resource } = this.#parts;
    const ms = performance.now() - this.#started;
    const context = this.#context;
    ended.onEnd({
      name,
      kind: this.#kind,
      spanContext: () => context,
      ...(this.#parent === undefined ? {} : { parentSpanContext: this.#parent }),
      startTime: core.millisToHrTime(this.#startedAt),
      endTime: core.millisToHrTime(this.#startedAt + ms),
      duration: core.millisToHrTime(ms),
      ended: true,
      status: { code: isFailure ? api.SpanStatusCode.ERROR : api.SpanStatusCode.UNSET },
      attributes: definedOnly(attributes),
      links: none,
      events: none,
      resource,
      instrumentationScope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    });
  }
}

function definedOnly(attributes: EndedSpan["attributes"]): Api.Attributes {
  const defined: Api.Attributes = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) defined[key] = value;
  }
  return defined;
}

/** Whether a trace is sampled, by the setting's meaning in OpenTelemetry's specification. */
function samplerOf(
  { sampler, ratio }: TracingConfig,
  { ROOT_CONTEXT, TraceFlags }: typeof Api,
  { SamplingDecision, TraceIdRatioBasedSampler }: typeof Sdk,
): (traceId: string, parent: Api.SpanContext | undefined) => boolean {
  const asParent = sampler.startsWith("parentbased_");
  const own = sampler.replace("parentbased_", "");
  const byRatio = new TraceIdRatioBasedSampler(ratio);
  return (traceId, parent) => {
    if (asParent && parent !== undefined) return (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    if (own !== "traceidratio") return own === "always_on";
    return byRatio.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;
  };
}

/** One line when the collector stops taking traces, and one when it takes them again. */
function tellingOfFailure(
  exporter: Sdk.SpanExporter,
  config: TracingConfig,
  logger: Logger,
): Sdk.SpanExporter {
  const redact = createRedactor([], secretsOfTracing(config));
  let isFailing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const { error } = result;
        if (error !== undefined && !isFailing) {
          logger.warn(
            { cause: describeError(error, redact) },
            "traces cannot be exported and are dropped: check OTEL_EXPORTER_OTLP_ENDPOINT and its collector",
          );
        }
        if (error === undefined && isFailing) logger.info("traces are exported again");
        isFailing = error !== undefined;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
