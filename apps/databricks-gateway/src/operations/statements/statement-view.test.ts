import type { StatementResponse } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { expect, it } from "vitest";
import { statementView } from "./statement-view.ts";

it.each([
  [
    { message: "[DIVIDE_BY_ZERO] no. SQLSTATE: 22012" },
    undefined,
    { error_class: "DIVIDE_BY_ZERO", sql_state: "22012" },
  ],
  [{ message: "[DIVIDE_BY_ZERO] no" }, "22012", { error_class: "DIVIDE_BY_ZERO", sql_state: "22012" }],
  [{ message: "no class", error_code: "BAD_REQUEST" }, undefined, { error_code: "BAD_REQUEST" }],
])("a failed statement of %j (%s) has its error class and SQLSTATE", (error, sql_state, want) => {
  // The SDK's types lack the SQLSTATE beside the error.
  const status = { state: "FAILED", error, sql_state } as NonNullable<StatementResponse["status"]>;
  expect(statementView({ status }, "1")).toMatchObject({
    error: { message: error.message, ...want },
  });
});
