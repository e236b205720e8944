import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LogIn, LogOut } from "lucide-react";
import { hasCredential } from "../shell/credential.ts";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import page from "../shell/page.module.css";
import { useSignOut } from "../shell/use-sign-out.ts";
import { Limits } from "./limits.tsx";
import styles from "./status.module.css";

/** As whom the requests of this browser run, and how much they may ask for. */
export function Identity() {
  const me = useQuery(queryOptions(frontDoor, "me"));
  const ready = useQuery(queryOptions(frontDoor, "ready"));
  const session = useQuery(queryOptions(frontDoor, "getSession"));
  const signOut = useSignOut();
  const hasSession = !hasCredential() && session.data?.signed_in === true;
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
          {hasSession && session.data?.expires_at !== undefined && (
            <>
              <dt>Signed in until</dt>
              <dd>{new Date(session.data.expires_at).toLocaleString()}</dd>
            </>
          )}
          <Limits />
        </dl>
      )}
      <p className={styles["actions"]}>
        {/* A session is ended first: what other tabs of this browser do must not go on as somebody else. */}
        {!hasSession && (
          <Link to="/sign-in" className="button">
            <LogIn size={16} aria-hidden />
            Sign in as someone else
          </Link>
        )}
        {(hasSession || hasCredential()) && (
          <button
            type="button"
            className="button"
            disabled={signOut.isPending}
            onClick={() => signOut.mutate()}
          >
            <LogOut size={16} aria-hidden />
            Sign out
          </button>
        )}
      </p>
      {signOut.error !== null && (
        <ErrorView error={signOut.error} retry={() => signOut.mutate()} asksAgain={false} />
      )}
    </section>
  );
}
