import { frontDoorKey, queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { LogIn, LogOut } from "lucide-react";
import { hasCredential, keepCredential } from "../shell/credential.ts";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import page from "../shell/page.module.css";
import { Limits } from "./limits.tsx";
import styles from "./status.module.css";

/** As whom the requests of this browser run, and how much they may ask for. */
export function Identity() {
  const me = useQuery(queryOptions(frontDoor, "me"));
  const ready = useQuery(queryOptions(frontDoor, "ready"));
  const navigate = useNavigate();
  const cache = useQueryClient();
  const session = useQuery(queryOptions(frontDoor, "getSession"));
  const isSignedIn = hasCredential() || session.data?.signed_in === true;
  const signOut = async () => {
    keepCredential(undefined);
    if (session.data?.signed_in === true) await frontDoor.endSession();
    await navigate({ to: "/sign-in" });
    // What the cache has belongs to whoever was signed in.
    await cache.resetQueries({ queryKey: frontDoorKey(frontDoor) });
  };
  return (
    <section className={page["section"]}>
      <h2>Identity and limits</h2>
      {me.error !== null && <ErrorView error={me.error} asksAgain />}
      {me.data !== undefined && (
        <dl className={styles["facts"]}>
          <dt>Runs as</dt>
          <dd>{me.data.display_name ?? me.data.user_name}</dd>
          <dt>User name</dt>
          <dd>
            <code>{me.data.user_name}</code>
          </dd>
          {ready.data?.workspaces !== undefined && (
            <>
              <dt>Workspaces</dt>
              <dd>{ready.data.workspaces.map(({ name }) => name).join(", ")}</dd>
            </>
          )}
          <Limits />
        </dl>
      )}
      <p className={styles["actions"]}>
        <Link to="/sign-in" className="button">
          <LogIn size={16} aria-hidden />
          Sign in as someone else
        </Link>
        {isSignedIn && (
          <button type="button" className="button" onClick={() => void signOut()}>
            <LogOut size={16} aria-hidden />
            Sign out
          </button>
        )}
      </p>
    </section>
  );
}
