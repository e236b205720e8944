import { Play } from "lucide-react";
import { useIsTourOpen } from "../tour/tour-state.ts";
import { openSample } from "./open-sample.ts";
import styles from "./sample-list.module.css";
import { sampleQueries } from "./sample-queries.ts";

/** In place of a result that is not there yet: something to start with, unless the tour beside it shows the same. */
export function SampleList() {
  const isTourOpen = useIsTourOpen();
  return (
    <section className={styles["samples"]}>
      <h2>No result yet</h2>
      <p className="muted">
        Write SQL and press <kbd>Ctrl</kbd> <kbd>Enter</kbd>, or start from the taxi trips that every
        workspace has.
      </p>
      {!isTourOpen && <Samples />}
    </section>
  );
}

function Samples() {
  return (
    <ul>
      {sampleQueries.map((sample) => (
        <li key={sample.title}>
          <button type="button" className={styles["sample"]} onClick={() => openSample(sample)}>
            <Play size={16} aria-hidden />
            <span>
              <strong>{sample.title}</strong>
              <span className="muted">{sample.about}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
