import page from "../shell/page.module.css";
import { Health } from "./health.tsx";
import { Identity } from "./identity.tsx";
import { Links } from "./links.tsx";
import { RecentRequests } from "./recent-requests.tsx";
import styles from "./status.module.css";
import { UcSchema } from "./uc-schema.tsx";

/** Whether everything runs, as whom, and what this browser has asked for. */
export function StatusPage() {
  return (
    <div className={page["page"]}>
      <h1>Status</h1>
      <Health />
      <div className={styles["columns"]}>
        <Identity />
        <UcSchema />
      </div>
      <RecentRequests />
      <Links />
    </div>
  );
}
