import { CopyButton } from "../shell/copy-button.tsx";
import page from "../shell/page.module.css";
import { type RecentRequest, useRecentRequests } from "../shell/recent-requests.ts";
import styles from "./status.module.css";

const time = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** What this page has asked the front door for, so that a slow or failed request can be found in the logs. */
export function RecentRequests() {
  const requests = useRecentRequests();
  return (
    <section className={page["section"]}>
      <h2 id="recent-requests">Recent requests of this page</h2>
      <p className="muted">
        The last 50, without health checks. The Files page lists uploads, and the browser lists its own
        downloads.
      </p>
      <div className={styles["scroll"]} role="region" aria-labelledby="recent-requests" tabIndex={0}>
        <table className={styles["requests"]}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Request</th>
              <th scope="col" className="number">
                Status
              </th>
              <th scope="col" className="number">
                Milliseconds
              </th>
              <th scope="col">Request id</th>
            </tr>
          </thead>
          <tbody>
            {requests.map((request) => (
              <Row
                key={`${request.startedAt.getTime()} ${request.requestId ?? request.target}`}
                request={request}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ request }: { readonly request: RecentRequest }) {
  const { startedAt, method, target, status, durationMs, requestId } = request;
  return (
    <tr>
      <td className="muted">{time.format(startedAt)}</td>
      <td className={styles["target"]} title={target}>
        <code>
          <span className="muted">{method}</span> {target}
        </code>
      </td>
      <td className="number">
        <span className={status >= 400 || status === 0 ? "chip danger" : "chip good"}>
          {status === 0 ? "None" : status}
        </span>
      </td>
      <td className="number">{Math.round(durationMs).toLocaleString()}</td>
      <td className={styles["id"]}>
        {requestId !== undefined && (
          <>
            <code title={requestId}>{requestId.slice(0, 8)}</code>
            <CopyButton text={requestId} what={`the request id ${requestId}`} />
          </>
        )}
      </td>
    </tr>
  );
}
