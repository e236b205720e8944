export { alternatives } from "./alternatives.ts";
export { ConfigError } from "./config-error.ts";
export { derivedKey } from "./derived-key.ts";
export { codeOf, describeError, stackOf } from "./describe-error.ts";
export { prepareToEndConnections } from "./end-connections.ts";
export { askForBody, serveExpectations } from "./expect-continue.ts";
export { FairLimit, type FairLimitOptions } from "./fair-limit.ts";
export { FullLimits } from "./full-limits.ts";
export { type GatewayAddress, gatewayAddress, gatewaySettings } from "./gateway-settings.ts";
export { logOutput } from "./log-output.ts";
export { isLoopback, loopbackNames } from "./loopback.ts";
export { addGauge, durationBuckets, type Metrics, openMetrics, serveMetrics } from "./metrics.ts";
export { type MetricsAddress, metricsAddress, metricsSettings } from "./metrics-settings.ts";
export { nearestName } from "./nearest-name.ts";
export { productVersion } from "./product-version.ts";
export { readJsonLines } from "./read-json-lines.ts";
export { readRegularFile } from "./read-regular-file.ts";
export { readSettings, settingNames } from "./read-settings.ts";
export { createRedactor, type Redactor, redactJson } from "./redact.ts";
export { repliesUnderWay } from "./replies-under-way.ts";
export { replyOnSocket } from "./reply-on-socket.ts";
export { requestBody } from "./request-body.ts";
export { endInOrder, exitCodes, startProcess } from "./run-process.ts";
export {
  callerShare,
  commaSeparated,
  logLevel,
  oneOf,
  redisSecrets,
  redisUrl,
  trueOrFalse,
  wholeNumber,
} from "./setting-types.ts";
export { appFolder, type Environment } from "./settings-file.ts";
export { configOf, reportOf, type SettingsCheck, SettingsReport } from "./settings-report.ts";
export { type StopTimes, stopSettings, stopTimes } from "./stop-settings.ts";
export { openTracing, type RequestSpan, type Tracing } from "./tracing.ts";
export {
  secretsOfTracing,
  type TracingConfig,
  tracingConfig,
  tracingSecrets,
  tracingSettings,
} from "./tracing-settings.ts";
export { problemOfFile, reasonOf, type Watched, watchFileFor } from "./watch-file-for.ts";
