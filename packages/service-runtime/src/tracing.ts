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
  /**
   * The span of a request that has just arrived. It continues the trace that `traceparent` names, if that is valid. Undefined if
   * a new trace would begin and not be exported: nobody could look for it.
   */
  arrived(headers: IncomingHttpHeaders): RequestSpan | undefined;
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

/** More than anyone reads. Without a bound, traces would take the most CPU just when load is highest. */
const tracesPerSecondMax = 100;
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
    unset: { code: api.SpanStatusCode.UNSET },
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
      if (traceFlags === NONE && parent === undefined) return undefined;
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
  readonly unset: Api.SpanStatus;
  readonly resource: Resource;
}

// What all spans have alike, or have until they end.
const instrumentationScope = { name: "front-door" };
const none: [] = [];
const noAttributes: Api.Attributes = {};
const noTime: Api.HrTime = [0, 0];

/**
 * The SDK's tracer makes spans that can be read and changed until their end, which takes more CPU. Nobody does that with these:
 * they have what the exporter reads when they end.
 */
class OwnSpan implements RequestSpan, Sdk.ReadableSpan {
  readonly kind: Api.SpanKind;
  readonly parentSpanContext?: Api.SpanContext;
  readonly links = none;
  readonly events = none;
  readonly instrumentationScope = instrumentationScope;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  name = "";
  ended = false;
  attributes: Api.Attributes = noAttributes;
  status: Api.SpanStatus;
  startTime = noTime;
  endTime = noTime;
  duration = noTime;
  readonly #parts: SpanParts;
  readonly #context: Api.SpanContext;
  readonly #startedAt = Date.now();
  readonly #started = performance.now();

  constructor(
    parts: SpanParts,
    kind: Api.SpanKind,
    { traceId, traceFlags, traceState }: Omit<Api.SpanContext, "spanId">,
    parent: Api.SpanContext | undefined,
  ) {
    this.#parts = parts;
    this.kind = kind;
    this.status = parts.unset;
    if (parent !== undefined) this.parentSpanContext = parent;
    const spanId = parts.ids.generateSpanId();
    this.#context =
      traceState === undefined
        ? { traceId, spanId, traceFlags }
        : { traceId, spanId, traceFlags, traceState };
  }

  get resource(): Resource {
    return this.#parts.resource;
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

  spanContext(): Api.SpanContext {
    return this.#context;
  }

  headers(): Readonly<Record<string, string>> {
    const { traceparent } = this;
    const { traceState } = this.#context;
    return traceState === undefined ? { traceparent } : { traceparent, tracestate: traceState.serialize() };
  }

  sent(): RequestSpan | undefined {
    if (!this.isSampled || this.ended) return undefined;
    return new OwnSpan(this.#parts, this.#parts.api.SpanKind.CLIENT, this.#context, this.#context);
  }

  end({ name, attributes, isFailure }: EndedSpan): void {
    if (!this.isSampled || this.ended) return;
    const { api, core, ended } = this.#parts;
    const ms = performance.now() - this.#started;
    this.ended = true;
    this.name = name;
    this.attributes = definedOnly(attributes);
    if (isFailure) this.status = { code: api.SpanStatusCode.ERROR };
    this.startTime = core.millisToHrTime(this.#startedAt);
    this.endTime = core.millisToHrTime(this.#startedAt + ms);
    this.duration = core.millisToHrTime(ms);
    ended.onEnd(this);
  }
}

function definedOnly(attributes: EndedSpan["attributes"]): Api.Attributes {
  const defined: Api.Attributes = {};
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== undefined) defined[key] = value;
  }
  return defined;
}

/** Whether a trace is sampled, by the setting's meaning in OpenTelemetry's specification. */
function samplerOf(
  config: TracingConfig,
  api: typeof Api,
  sdk: typeof Sdk,
): (traceId: string, parent: Api.SpanContext | undefined) => boolean {
  const { sampler, countsCallersTraces } = config;
  const keeps = ({ traceFlags }: Api.SpanContext) => (traceFlags & api.TraceFlags.SAMPLED) !== 0;
  if (sampler === undefined) {
    const isFirst = firstOfEachSecond(tracesPerSecondMax);
    return (_traceId, parent) =>
      parent === undefined ? isFirst() : keeps(parent) && (!countsCallersTraces || isFirst());
  }
  const ofNewTrace = newTraceSamplerOf(sampler, config, api, sdk);
  const followsParent = sampler.startsWith("parentbased_");
  return (traceId, parent) => (followsParent && parent !== undefined ? keeps(parent) : ofNewTrace(traceId));
}

function newTraceSamplerOf(
  sampler: string,
  { ratio }: TracingConfig,
  { ROOT_CONTEXT }: typeof Api,
  { SamplingDecision, TraceIdRatioBasedSampler }: typeof Sdk,
): (traceId: string) => boolean {
  if (!sampler.endsWith("traceidratio")) return () => sampler.endsWith("always_on");
  const byRatio = new TraceIdRatioBasedSampler(ratio);
  return (traceId) =>
    byRatio.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;
}

/** True the first `max` times in each second. */
function firstOfEachSecond(max: number): () => boolean {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) count = 0;
    second = now;
    count += 1;
    return count <= max;
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
