import type { ErrorDetail } from "@front-door/operations";

/** Reads the error class and SQLSTATE from a message of the form `[ERROR_CLASS] … SQLSTATE: 42601`. */
export function failureDetail(message: string, sqlState: string | undefined): ErrorDetail {
  const [, errorClass] = /\[([A-Z][A-Z0-9_]+(?:\.[A-Z][A-Z0-9_]+)*)\]/.exec(message) ?? [];
  const state = sqlState ?? /\bSQLSTATE: ([0-9A-Z]{5})\b/.exec(message)?.[1];
  return {
    ...(errorClass === undefined ? {} : { error_class: errorClass }),
    ...(state === undefined || state === "" ? {} : { sql_state: state }),
  };
}
