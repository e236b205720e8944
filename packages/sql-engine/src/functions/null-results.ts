import {
  array,
  BIGINT,
  DATE,
  type DataType,
  INT,
  STRING,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "../types/data-type.ts";

/** The types of functions that are NULL if an argument is. They need some arguments as literals, and NULL is one. */
export const NULL_RESULTS: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ["date_format", STRING],
  ["date_trunc", TIMESTAMP],
  ["format_number", STRING],
  ["from_unixtime", STRING],
  ["get_json_object", STRING],
  ["next_day", DATE],
  ["regexp_count", INT],
  ["regexp_extract", STRING],
  ["regexp_extract_all", array(STRING)],
  ["regexp_replace", STRING],
  ["sha2", STRING],
  ["split", array(STRING)],
  ["to_date", DATE],
  ["to_timestamp", TIMESTAMP],
  ["to_timestamp_ntz", TIMESTAMP_NTZ],
  ["to_unix_timestamp", BIGINT],
  ["trunc", DATE],
  ["try_to_date", DATE],
  ["try_to_timestamp", TIMESTAMP],
  ["unix_timestamp", BIGINT],
]);
