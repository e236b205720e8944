import * as z from "zod";

/** The media type of each format's reply. */
export const resultMediaType = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  arrow: "application/vnd.apache.arrow.stream",
} as const;

export type ResultFormat = keyof typeof resultMediaType;

/** The parameters of every operation that returns rows. */
export const resultFormat = z
  .enum(["json", "ndjson", "arrow"])
  .default("json")
  .describe("One JSON document, one line of JSON for each row, or an Arrow IPC stream.");

export const numbersAsStrings = z
  .boolean()
  .default(false)
  .describe(
    "Write BIGINT and DECIMAL always as strings, not only where a JSON number cannot hold the value.",
  );
