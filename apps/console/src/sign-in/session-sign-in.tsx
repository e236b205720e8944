import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { hasCredential } from "../shell/credential.ts";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import { useSignOut } from "../shell/use-sign-out.ts";
import styles from "./sign-in-page.module.css";
import { signInRoute } from "./sign-in-route.ts";
import { TwoIdentities } from "./two-identities.tsx";

/** Otherwise a page that is refused although the person has signed in would lead here and back for ever. */
const returnPauseMs = 10_000;
let returnedAt = Number.NEGATIVE_INFINITY;

/** Leads to Databricks' own page, and from there back. When another tab has signed in, it leads back at once. */
export function SessionSignIn({ explanation }: { readonly explanation: string }) {
  const { back, ended } = signInRoute.useSearch();
  const { history } = useRouter();
  // The cache may still have the person of a session that has ended.
  const me = useQuery({ ...queryOptions(frontDoor, "me"), refetchOnMount: "always" });
  const session = useQuery({ ...queryOptions(frontDoor, "getSession"), refetchOnMount: "always" }).data;
  const [isKept] = useState(wouldLoseWork);
  const known = me.isFetchedAfterMount && me.isSuccess ? me.data : undefined;
  useEffect(() => {
    if (known === undefined || back === undefined || performance.now() - returnedAt < returnPauseMs) return;
    returnedAt = performance.now();
    history.replace(back);
  }, [known, back, history]);
  if (session?.user_name !== undefined && hasCredential()) {
    return <TwoIdentities name={session.display_name ?? session.user_name} back={back ?? "/"} />;
  }
  if (known !== undefined) return <SignedIn name={known.display_name ?? known.user_name} />;
  return (
    <section className={styles["form"]}>
      {ended !== undefined && <p role="status">Your session has ended. What you were doing is kept.</p>}
      <p>{explanation}</p>
      {isKept && (
        <p>Your uploads wait in this tab. Sign in from the new tab that opens, and they continue here.</p>
      )}
      <a
        className="button primary"
        href={`/auth/login?return_to=${encodeURIComponent(isKept ? "/sign-in" : (back ?? "/"))}`}
        {...(isKept ? { target: "_blank", rel: "noopener" } : {})}
      >
        Sign in with Databricks
      </a>
    </section>
  );
}

function SignedIn({ name }: { readonly name: string }) {
  const signOut = useSignOut();
  return (
    <section className={styles["form"]}>
      <p role="status">
        You are signed in as <strong>{name}</strong>. Other tabs of the console go on by themselves.
      </p>
      <p className={styles["actions"]}>
        <Link to="/" className="button primary">
          Go to the start
        </Link>
        <button
          type="button"
          className="button"
          disabled={signOut.isPending}
          onClick={() => signOut.mutate()}
        >
          Sign out
        </button>
      </p>
      {signOut.error !== null && <ErrorView error={signOut.error} />}
    </section>
  );
}

/** Whether any part of the page would ask the person not to leave it. */
function wouldLoseWork(): boolean {
  return !dispatchEvent(new Event("beforeunload", { cancelable: true }));
}
