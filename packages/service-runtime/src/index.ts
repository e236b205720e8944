export { describeError, stackOf } from "./describe-error.ts";
export { logOutput } from "./log-output.ts";
export { createRedactor, type Redactor, redactJson } from "./redact.ts";
