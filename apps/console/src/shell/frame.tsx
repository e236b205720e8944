import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { Tour } from "../tour/tour.tsx";
import styles from "./frame.module.css";
import { Header } from "./header.tsx";
import { navigation } from "./navigation.ts";
import { pageTitle } from "./page-title.ts";

/** What stands around every page: header, navigation, and the place for the page. */
export function Frame() {
  const title = useRouterState({ select: ({ location }) => pageTitle(location.pathname) });
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div className={styles["frame"]}>
      <a className={styles["skip"]} href="#page">
        Skip to the page
      </a>
      <Header />
      <nav className={styles["navigation"]} aria-label="Main">
        <ul>
          {navigation.map(({ to, label, icon: Icon }) => (
            <li key={to}>
              <Link to={to} className={styles["entry"]}>
                <Icon size={16} aria-hidden />
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Tour />
      <main className={styles["page"]} id="page" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
