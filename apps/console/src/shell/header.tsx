import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BookOpen } from "lucide-react";
import { PaletteButton } from "../palette/palette-button.tsx";
import { frontDoor } from "./front-door.ts";
import styles from "./header.module.css";
import { ThemeSwitch } from "./theme-switch.tsx";
import { WhoAmI } from "./who-am-i.tsx";

/** The product, the workspace it shows, and who looks at it. */
export function Header() {
  const ready = useQuery(queryOptions(frontDoor, "ready"));
  return (
    <header className={styles["header"]}>
      <Link to="/" className={styles["product"]}>
        <img src="/favicon.svg" alt="" width={24} height={24} />
        <span>Front Door</span>
      </Link>
      {ready.data?.workspace === "local" && (
        <span
          className="chip warning"
          title="No Databricks workspace is configured. Nothing here leaves this machine."
        >
          <span className={styles["long"]}>Local sample workspace</span>
          <span className={styles["short"]}>Local</span>
        </span>
      )}
      <span className={styles["space"]} />
      <PaletteButton />
      <span className={`${styles["space"]} ${styles["long"]}`} />
      <a className="button quiet" href="/docs" target="_blank" rel="noopener" aria-label="API documentation">
        <BookOpen size={16} aria-hidden />
        <span className={styles["long"]}>API</span>
      </a>
      <ThemeSwitch />
      <WhoAmI />
    </header>
  );
}
