import page from "../shell/page.module.css";
import { openTour } from "../tour/tour-state.ts";
import styles from "./status.module.css";

/** The tour, and where else the same data is to be had. */
export function Links() {
  return (
    <section className={page["section"]}>
      <h2>More</h2>
      <ul className={styles["links"]}>
        <li>
          <button type="button" className="button" onClick={openTour}>
            Show the tour
          </button>
          <p className="muted">Three queries of taxi trips to start with.</p>
        </li>
        <li>
          <a href="/docs" target="_blank" rel="noopener">
            API documentation
          </a>
          <p className="muted">Every route. Try them in the browser.</p>
        </li>
        <li>
          <a href="/openapi.json">OpenAPI document</a>
          <p className="muted">For generators and gateways.</p>
        </li>
        <li>
          <code>front-door ls -l /Volumes</code>
          <p className="muted">The command line: files, catalogs and SQL.</p>
        </li>
        <li>
          <code>@front-door/api-client</code>
          <p className="muted">The typed client that this console uses.</p>
        </li>
      </ul>
    </section>
  );
}
