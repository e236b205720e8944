import { Play } from "lucide-react";
import type { ParameterValue } from "./parameters.ts";
import styles from "./sample-queries.module.css";

interface SampleQuery {
  readonly title: string;
  readonly about: string;
  readonly sql: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

const samples: readonly SampleQuery[] = [
  {
    title: "Trips by hour and weekday",
    about: "When New York takes a taxi.",
    sql: `-- Trips by hour and weekday
SELECT hour(tpep_pickup_datetime) AS hour,
  count_if(dayofweek(tpep_pickup_datetime) BETWEEN 2 AND 6) AS weekdays,
  count_if(dayofweek(tpep_pickup_datetime) IN (1, 7)) AS weekend
FROM samples.nyctaxi.trips
GROUP BY hour
ORDER BY hour`,
    parameters: {},
  },
  {
    title: "Fares by distance",
    about: "What a mile costs, the longer the trip.",
    sql: `-- Fares by distance
SELECT floor(trip_distance) AS miles,
  count(*) AS trips,
  round(avg(fare_amount), 2) AS average_fare
FROM samples.nyctaxi.trips
GROUP BY miles
ORDER BY miles`,
    parameters: {},
  },
  {
    title: "All trips from a zip code",
    about: "With a parameter to change.",
    sql: `-- All trips from a zip code
SELECT *
FROM samples.nyctaxi.trips
WHERE pickup_zip = :zip
ORDER BY tpep_pickup_datetime`,
    parameters: { zip: { value: "10001", type: "Auto" } },
  },
];

/** In place of a result that is not there yet: something to start with. */
export function SampleQueries({ onChoose }: { readonly onChoose: (sample: SampleQuery) => void }) {
  return (
    <section className={styles["samples"]}>
      <h2>No result yet</h2>
      <p className="muted">
        Write SQL and press <kbd>Ctrl</kbd> <kbd>Enter</kbd>, or start from the taxi trips that every
        workspace has.
      </p>
      <ul>
        {samples.map((sample) => (
          <li key={sample.title}>
            <button type="button" className={styles["sample"]} onClick={() => onChoose(sample)}>
              <Play size={16} aria-hidden />
              <span>
                <strong>{sample.title}</strong>
                <span className="muted">{sample.about}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
