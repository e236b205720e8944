import { describe, expect, it } from "vitest";
import { readSettings } from "./read-settings.ts";
import { SettingsReport } from "./settings-report.ts";
import { secretsOfTracing, tracingConfig, tracingSecrets, tracingSettings } from "./tracing-settings.ts";

const definition = { fields: tracingSettings, secrets: tracingSecrets, prefixes: [] };

function read(environment: Record<string, string>, process: "front door" | "gateway" = "front door") {
  const report = new SettingsReport();
  const { values } = readSettings(definition, { environment, files: [] }, report);
  return { config: tracingConfig(values, process), problems: report.problems };
}

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };

describe("the settings of traces", () => {
  it("make no traces without an endpoint", () => {
    expect(read({ OTEL_SERVICE_NAME: "shop", OTEL_TRACES_SAMPLER: "always_on" })).toEqual({
      config: undefined,
      problems: [],
    });
  });

  it("have defaults, and a name of its own for each process", () => {
    const config = {
      endpoint: "http://127.0.0.1:4318",
      headers: {},
      serviceName: "front-door",
      sampler: undefined,
      ratio: 1,
      countsCallersTraces: true,
    };
    expect(read(endpoint).config).toEqual(config);
    expect(read(endpoint, "gateway").config).toEqual({
      ...config,
      serviceName: "front-door-gateway",
      countsCallersTraces: false,
    });
    expect(read({ ...endpoint, OTEL_SERVICE_NAME: "shop" }, "gateway").config?.serviceName).toBe(
      "shop-gateway",
    );
  });

  it("take headers as OpenTelemetry writes them, and know their values as secrets", () => {
    const { config } = read({
      ...endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: "api-key=k3y%2C%3D=, Authorization = Basic%20abc ",
    });
    expect(config?.headers).toEqual({ "api-key": "k3y,==", Authorization: "Basic abc" });
    expect(config && secretsOfTracing(config)).toEqual(["k3y,==", "Basic abc"]);
  });

  it.each([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318", "must be the address of an OTLP collector"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://collector:4317", "must be the address of an OTLP collector"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:pass@collector", "must be the address of an OTLP collector"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector/?key=x", "must be the address of an OTLP collector"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "just-a-key", "must be comma-separated headers"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a=%zz", "must be comma-separated headers"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a b=c", "must be comma-separated headers"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a=x%0d%0ab", "must be comma-separated headers"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "must be http/protobuf (got grpc)"],
    ["OTEL_SERVICE_NAME", "a name", "must be 1 to 64 letters"],
    ["OTEL_TRACES_SAMPLER", "jaeger_remote", "must be always_on, always_off, traceidratio"],
    ["OTEL_TRACES_SAMPLER_ARG", "1.5", "must be a number between 0 and 1"],
    ["OTEL_TRACES_SAMPLER_ARG", "10%", "must be a number between 0 and 1"],
  ])("refuse %s=%s", (name, value, problem) => {
    const { problems } = read({ ...endpoint, [name]: value });
    expect(problems).toEqual([expect.stringContaining(`${name} ${problem}`)]);
    expect(problems.join()).not.toMatch(/pass|just-a-key/);
  });

  it.each(["0", "1", "0.25", ".5", "1.0"])("take %s as a share", (share) => {
    expect(read({ ...endpoint, OTEL_TRACES_SAMPLER_ARG: share }).config?.ratio).toBe(Number(share));
  });
});
