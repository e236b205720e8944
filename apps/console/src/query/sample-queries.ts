import type { TabContent } from "./query-tabs.ts";

export interface SampleQuery {
  readonly title: string;
  readonly about: string;
  readonly content: TabContent & { readonly sql: string };
}

/** Questions about the taxi trips that every workspace has, with the charts that answer them. */
export const sampleQueries: readonly SampleQuery[] = [
  {
    title: "Trips by hour and weekday",
    about: "When New York rides, as a heat map.",
    content: {
      sql: `-- Trips by hour and weekday
SELECT date_format(tpep_pickup_datetime, 'E') AS weekday,
  hour(tpep_pickup_datetime) AS hour,
  count(*) AS trips
FROM samples.nyctaxi.trips
GROUP BY weekday, hour, weekday(tpep_pickup_datetime)
ORDER BY weekday(tpep_pickup_datetime), hour`,
      view: "chart",
      chart: { kind: "heat", x: "hour", y: "trips", by: "weekday" },
    },
  },
  {
    title: "Fares by distance",
    about: "The average fare for each mile, as a line.",
    content: {
      sql: `-- Fares by distance
SELECT floor(trip_distance) AS miles,
  count(*) AS trips,
  round(avg(fare_amount), 2) AS average_fare
FROM samples.nyctaxi.trips
GROUP BY miles
ORDER BY miles`,
      view: "chart",
      chart: { kind: "line", x: "miles", y: "average_fare", by: undefined },
    },
  },
  {
    title: "All trips from a zip code",
    about: "A table to sort and filter, with a parameter to change.",
    content: {
      sql: `-- All trips from a zip code
SELECT *
FROM samples.nyctaxi.trips
WHERE pickup_zip = :zip
ORDER BY tpep_pickup_datetime`,
      parameters: { zip: { value: "10001", type: "Auto" } },
    },
  },
];
