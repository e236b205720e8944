import { useNavigate } from "@tanstack/react-router";
import { ChartColumn, Check, Grid3x3, Table2, X } from "lucide-react";
import { useState } from "react";
import { type SampleQuery, sampleQueries } from "../query/sample-queries.ts";
import styles from "./tour-card.module.css";
import { closeTour } from "./tour-state.ts";

const icons = [Grid3x3, ChartColumn, Table2];

export function TourCard() {
  const navigate = useNavigate();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const run = async (sample: SampleQuery) => {
    setSeen((before) => new Set([...before, sample.title]));
    // The page for queries is large, and this one is every page.
    const { openSample } = await import("../query/open-sample.ts");
    openSample(sample);
    await navigate({ to: "/query" });
  };
  return (
    <section className={styles["card"]} aria-labelledby="tour">
      <div className={styles["head"]}>
        <h2 id="tour">Start here</h2>
        <button
          type="button"
          className="button quiet icon"
          aria-label="Close the tour"
          title="Close. The status page opens it again"
          onClick={closeTour}
        >
          <X size={14} aria-hidden />
        </button>
      </div>
      <p className="muted">New York’s taxi trips in three queries.</p>
      <ol className={styles["steps"]}>
        {sampleQueries.map((sample, index) => {
          const isSeen = seen.has(sample.title);
          const Icon = isSeen ? Check : (icons[index] ?? Table2);
          return (
            <li key={sample.title}>
              <button
                type="button"
                className={styles["step"]}
                data-seen={isSeen || undefined}
                title={sample.about}
                onClick={() => void run(sample)}
              >
                <Icon size={14} aria-hidden />
                <span>{sample.title}</span>
                {isSeen && <span className="visually-hidden">(seen)</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
