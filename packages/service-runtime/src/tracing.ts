import type { IncomingHttpHeaders } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type * as Api from "@opentelemetry/api";
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
  /** With these headers, the span of whoever receives the request becomes a child of this one. */
  headers(): Readonly<Record<string, string>>;
  /** The value of `traceresponse`, the header of a reply that names its trace: https://w3c.github.io/trace-context/ */
  traceresponse(): string;
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
  const [api, { W3CTraceContextPropagator }, { resourceFromAttributes }, sdk, { OTLPTraceExporter }] =
    await Promise.all([
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
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      "service.name": config.serviceName,
      "service.version": productVersion,
    }),
    sampler: samplerOf(config, sdk),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: tellingOfFailure(exporter, config, logger) })],
  });
  const spans = {
    api,
    tracer: provider.getTracer("front-door"),
    propagator: new W3CTraceContextPropagator(),
  };
  return {
    arrived(headers) {
      const parent = spans.propagator.extract(api.ROOT_CONTEXT, headers, api.defaultTextMapGetter);
      return new OwnSpan(spans, api.SpanKind.SERVER, parent);
    },
    async close() {
      await Promise.race([provider.shutdown().catch(() => undefined), delay(closeMs)]);
    },
  };
}

interface SpanParts {
  readonly api: typeof Api;
  readonly tracer: Api.Tracer;
  readonly propagator: Api.TextMapPropagator;
}

class OwnSpan implements RequestSpan {
  readonly #parts: SpanParts;
  readonly #span: Api.Span;
  readonly traceId: string;

  constructor(parts: SpanParts, kind: Api.SpanKind, parent: Api.Context) {
    this.#parts = parts;
    // Its name is known when it ends.
    this.#span = parts.tracer.startSpan("request", { kind }, parent);
    this.traceId = this.#span.spanContext().traceId;
  }

  headers(): Readonly<Record<string, string>> {
    const { api, propagator } = this.#parts;
    const headers: Record<string, string> = {};
    propagator.inject(this.#context(), headers, api.defaultTextMapSetter);
    return headers;
  }

  traceresponse(): string {
    const { traceId, spanId, traceFlags } = this.#span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
  }

  sent(): RequestSpan | undefined {
    if (!this.#span.isRecording()) return undefined;
    return new OwnSpan(this.#parts, this.#parts.api.SpanKind.CLIENT, this.#context());
  }

  end({ name, attributes, isFailure }: EndedSpan): void {
    const span = this.#span;
    if (!span.isRecording()) return;
    span.updateName(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined) span.setAttribute(key, value);
    }
    if (isFailure) span.setStatus({ code: this.#parts.api.SpanStatusCode.ERROR });
    span.end();
  }

  #context(): Api.Context {
    const { trace, ROOT_CONTEXT } = this.#parts.api;
    return trace.setSpan(ROOT_CONTEXT, this.#span);
  }
}

function samplerOf(
  { sampler, ratio }: TracingConfig,
  { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TraceIdRatioBasedSampler }: typeof Sdk,
): Sdk.Sampler {
  const own = sampler.replace("parentbased_", "");
  const root =
    own === "traceidratio"
      ? new TraceIdRatioBasedSampler(ratio)
      : own === "always_off"
        ? new AlwaysOffSampler()
        : new AlwaysOnSampler();
  return own === sampler ? root : new ParentBasedSampler({ root });
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
