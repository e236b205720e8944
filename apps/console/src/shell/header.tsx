import { Link } from "@tanstack/react-router";
import { BookOpen } from "lucide-react";
import { PaletteButton } from "../palette/palette-button.tsx";
import styles from "./header.module.css";
import { ThemeSwitch } from "./theme-switch.tsx";
import { useWorkspaceKind } from "./use-workspace-kind.ts";
import { WhoAmI } from "./who-am-i.tsx";

/** The product, the workspace it shows, and who looks at it. */
export function Header() {
  const isLocal = useWorkspaceKind() === "local";
  return (
    <header className={styles["header"]}>
      <div className={styles["side"]}>
        <Link to="/" className={styles["product"]}>
          <img src="/favicon.svg" alt="" width={24} height={24} />
          <span>Front Door</span>
        </Link>
        {isLocal && (
          <span
            className="chip warning"
            title="No Databricks workspace is configured. Nothing here leaves this machine."
          >
            <span className={styles["long"]}>Local sample workspace</span>
            <span className={styles["short"]}>Local</span>
          </span>
        )}
      </div>
      <PaletteButton />
      <div className={styles["side"]}>
        <a
          className="button quiet"
          href="/docs"
          target="_blank"
          rel="noopener"
          aria-label="API documentation"
        >
          <BookOpen size={16} aria-hidden />
          <span className={styles["long"]}>API</span>
        </a>
        <ThemeSwitch />
        <WhoAmI />
      </div>
    </header>
  );
}
