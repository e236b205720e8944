import { expect, it } from "vitest";
import { typedParameter } from "./typed-parameter.ts";

it.each([
  [1, "1", "INT"],
  [-0, "0", "INT"],
  [2147483647, "2147483647", "INT"],
  [2147483648, "2147483648", "BIGINT"],
  [-9007199254740991, "-9007199254740991", "BIGINT"],
  [1.5, "1.5", "DOUBLE"],
  [1e-7, "1e-7", "DOUBLE"],
  ["", "", "STRING"],
  [true, "TRUE", "BOOLEAN"],
  [null, null, "VOID"],
  [{ value: null, type: "INT" }, null, "VOID"],
  [{ value: "1", type: "VOID" }, null, "VOID"],
  [{ value: false, type: "BOOLEAN" }, "FALSE", "BOOLEAN"],
  [{ value: "9223372036854775807", type: "BIGINT" }, "9223372036854775807", "BIGINT"],
  [{ value: 1e16, type: "DOUBLE" }, "10000000000000000", "DOUBLE"],
  [{ value: 1e22, type: "DOUBLE" }, "1e+22", "DOUBLE"],
  [{ value: "12.50", type: "DECIMAL" }, "12.50", "DECIMAL(4,2)"],
  [{ value: "-0.001", type: "DECIMAL" }, "-0.001", "DECIMAL(3,3)"],
  [{ value: 5, type: "DECIMAL" }, "5", "DECIMAL(1,0)"],
  [{ value: "000", type: "DECIMAL" }, "000", "DECIMAL(1,0)"],
  [{ value: "-007.50", type: "DECIMAL" }, "-007.50", "DECIMAL(3,2)"],
  [{ value: "1", type: "DECIMAL( 10 , 2 )" }, "1", "DECIMAL(10,2)"],
  [{ value: "2024-01-02", type: "DATE" }, "2024-01-02", "DATE"],
  [{ value: "1-2", type: "INTERVAL MONTH" }, "1-2", "INTERVAL MONTH"],
])("%j is %j of type %s", (parameter, value, type) => {
  expect(typedParameter(parameter)).toEqual({ value, type });
});

// The test's own time limit is what fails when the time grows faster than the text.
it("a decimal that is none is read in linear time", () => {
  const value = `${"0".repeat(300_000)}x`;
  expect(typedParameter({ value, type: "DECIMAL" }).type).toBe("DECIMAL(1,0)");
});
