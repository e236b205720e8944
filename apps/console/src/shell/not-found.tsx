import { Link } from "@tanstack/react-router";
import page from "./page.module.css";

export function NotFound() {
  return (
    <div className={page["page"]}>
      <h1>There is no such page</h1>
      <p className="muted">The address may be mistyped, or from another version of the console.</p>
      <p>
        <Link to="/">Go to the start</Link>
      </p>
    </div>
  );
}
