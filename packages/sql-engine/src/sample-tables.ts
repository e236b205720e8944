/**
 * "Minimal standard" random numbers: the same on every machine and in every version of DuckDB, unlike its own hash().
 * Two rounds, because one leaves neighbouring rows alike. Each column takes its own `stream`.
 */
const random = (stream: number, below: number): string =>
  `((((id + 1) * 48271L + ${stream} * 7919L) % 2147483647L * 69621L + ${stream}L) % 2147483647L % ${below}L)`;

const pick = (stream: number, words: string[]): string =>
  `element_at(array(${words.map((word) => `'${word}'`).join(", ")}), CAST(${random(stream, words.length)} + 1 AS INT))`;

const SEGMENTS = ["AUTOMOBILE", "BUILDING", "FURNITURE", "HOUSEHOLD", "MACHINERY"];
const PRIORITIES = ["1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW"];
const ADVERBS = ["quickly", "slyly", "carefully", "furiously", "blithely"];
const NOUNS = ["requests", "deposits", "accounts", "packages", "theodolites", "foxes"];
const VERBS = ["sleep", "haggle", "nag", "wake", "cajole", "boost"];
const COMMENT = (stream: number) =>
  `concat_ws(' ', ${pick(stream, ADVERBS)}, ${pick(stream + 1, NOUNS)}, ${pick(stream + 2, VERBS)})`;
const ZIPS = [
  10001, 10003, 10009, 10011, 10014, 10016, 10019, 10021, 10023, 10025, 10028, 10036, 10065, 10075, 10110,
  10128, 11101, 11201, 11211, 11371, 11422,
];
const zip = (stream: number) =>
  `element_at(array(${ZIPS.join(", ")}), CAST(${random(stream, ZIPS.length)} + 1 AS INT))`;
const NATIONS =
  "ALGERIA ARGENTINA BRAZIL CANADA EGYPT ETHIOPIA FRANCE GERMANY INDIA INDONESIA IRAN IRAQ JAPAN JORDAN KENYA MOROCCO MOZAMBIQUE PERU CHINA ROMANIA SAUDI_ARABIA VIETNAM RUSSIA UNITED_KINGDOM UNITED_STATES".split(
    " ",
  );

/** The tables of the catalog `samples` and the queries that make their 100,025 rows: always the same. */
export const SAMPLE_TABLES: readonly { name: string; query: string }[] = [
  {
    name: "nyctaxi.trips",
    query: `SELECT pickup AS tpep_pickup_datetime,
       pickup + make_dt_interval(0, 0, 0, CAST(trip_distance * 210 + wait AS DECIMAL(18, 6))) AS tpep_dropoff_datetime,
       trip_distance, CAST(round(2.5 + trip_distance * 2.5 + wait / 60, 1) AS DOUBLE) AS fare_amount, pickup_zip, dropoff_zip
     FROM (SELECT timestamp_seconds(1451606400L + ${random(1, 5_184_000)}) AS pickup,
         CAST((${random(2, 300)} * ${random(3, 300)}) / 9000 + 0.4 AS DECIMAL(6, 2)) AS trip_distance,
         ${random(4, 600)} AS wait, ${zip(5)} AS pickup_zip, ${zip(6)} AS dropoff_zip
       FROM range(40000))`,
  },
  {
    name: "tpch.nation",
    query: `SELECT CAST(id AS BIGINT) AS n_nationkey, replace(element_at(array(${NATIONS.map((name) => `'${name}'`).join(", ")}), CAST(id + 1 AS INT)), '_', ' ') AS n_name,
       ${random(11, 5)} AS n_regionkey, ${COMMENT(12)} AS n_comment FROM range(${NATIONS.length})`,
  },
  {
    name: "tpch.customer",
    query: `SELECT id + 1 AS c_custkey, concat('Customer#', lpad(CAST(id + 1 AS STRING), 9, '0')) AS c_name,
       concat(upper(hex(${random(21, 16_777_215)})), ' ', ${pick(22, ["Main St", "Oak Ave", "Hill Rd", "Lake Dr"])}) AS c_address,
       ${random(23, 25)} AS c_nationkey,
       concat_ws('-', CAST(10 + ${random(23, 25)} AS STRING), lpad(CAST(${random(24, 1000)} AS STRING), 3, '0'), lpad(CAST(${random(25, 10_000)} AS STRING), 4, '0')) AS c_phone,
       CAST((${random(26, 1_100_000)} - 100000) / 100 AS DECIMAL(18, 2)) AS c_acctbal, ${pick(27, SEGMENTS)} AS c_mktsegment, ${COMMENT(28)} AS c_comment
     FROM range(10000)`,
  },
  {
    name: "tpch.orders",
    query: `SELECT id * 4 + 1 AS o_orderkey, ${random(31, 10_000)} + 1 AS o_custkey, ${pick(32, ["F", "O", "P"])} AS o_orderstatus,
       CAST((${random(33, 50_000_000)} + 90000) / 100 AS DECIMAL(18, 2)) AS o_totalprice,
       date_add(DATE '1992-01-01', CAST(${random(34, 2405)} AS INT)) AS o_orderdate, ${pick(35, PRIORITIES)} AS o_orderpriority,
       concat('Clerk#', lpad(CAST(${random(36, 1000)} + 1 AS STRING), 9, '0')) AS o_clerk, 0 AS o_shippriority, ${COMMENT(37)} AS o_comment
     FROM range(50000)`,
  },
];
