export { describeError, stackOf } from "./describe-error.ts";
export { createRedactor, type Redactor, redactJson } from "./redact.ts";
