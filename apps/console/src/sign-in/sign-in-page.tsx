import { createClient } from "@front-door/api-client";
import { frontDoorKey, queryOptions } from "@front-door/api-client/tanstack-query";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useId } from "react";
import { type Credential, headersOf, keepCredential, keepPerson } from "../shell/credential.ts";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import { isMeRefused } from "../shell/is-me-refused.ts";
import { isSignInRefused } from "../shell/is-sign-in-refused.ts";
import page from "../shell/page.module.css";
import { SessionSignIn } from "./session-sign-in.tsx";
import styles from "./sign-in-page.module.css";
import { signInRoute } from "./sign-in-route.ts";
import { type WayIn, waysIn } from "./ways-in.ts";

/** Asks for what this front door signs callers in with, and leads back to the page that needed it. */
export function SignInPage() {
  const document = useQuery(queryOptions(frontDoor, "openapi"));
  return (
    <div className={page["page"]}>
      <h1>Sign in</h1>
      {document.error !== null && <ErrorView error={document.error} retry={document.refetch} />}
      {document.data !== undefined &&
        waysIn(document.data).map((way) => <SignInForm key={way.kind} way={way} />)}
    </div>
  );
}

function SignInForm({ way }: { readonly way: WayIn }) {
  const { back = "/" } = signInRoute.useSearch();
  const cache = useQueryClient();
  const { history } = useRouter();
  const id = useId();
  const session = useQuery(queryOptions(frontDoor, "getSession"));
  const signIn = useMutation({
    mutationFn: async (credential: Credential) => {
      const client = createClient({ baseUrl: frontDoor.baseUrl, headers: headersOf(credential) });
      const me = await client.me().catch((error: Error) => {
        if (!isMeRefused(error)) throw error;
        return undefined;
      });
      keepCredential(credential);
      keepPerson(me?.user_name ?? "");
    },
    onSuccess: () => {
      void cache.resetQueries({ queryKey: frontDoorKey(frontDoor) });
      history.push(back);
    },
  });
  if (way.kind === "proxy") {
    return (
      <section className={styles["form"]}>
        <p>{way.explanation}</p>
        <a className="button primary" href={back}>
          Load the page again
        </a>
      </section>
    );
  }
  if (way.kind === "session") return <SessionSignIn explanation={way.explanation} />;
  const isRefused = signIn.error !== null && isSignInRefused(signIn.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const secret = (new FormData(event.currentTarget).get("secret") as string).trim();
    signIn.mutate(way.kind === "apiKey" ? { apiKey: secret } : { token: secret });
  };
  return (
    <form className={styles["form"]} onSubmit={submit}>
      <label htmlFor={id}>{way.label}</label>
      <input
        id={id}
        name="secret"
        type="password"
        className="input"
        autoComplete="off"
        spellCheck={false}
        required
        aria-invalid={isRefused}
        aria-describedby={isRefused ? `${id}-refused ${id}-about` : `${id}-about`}
      />
      {isRefused && (
        <p className={styles["refused"]} id={`${id}-refused`} role="alert">
          {session.data?.signed_in === true
            ? "This browser is signed in with Databricks. Sign out of it first."
            : way.kind === "apiKey"
              ? "This key is not accepted."
              : "This token is not accepted."}
        </p>
      )}
      <p className="muted" id={`${id}-about`}>
        {way.explanation} It is kept in this tab, until you sign out or close it.
      </p>
      <button type="submit" className="button primary" disabled={signIn.isPending}>
        {signIn.isPending ? "Signing in …" : "Sign in"}
      </button>
      {signIn.error !== null && !isRefused && <ErrorView error={signIn.error} />}
    </form>
  );
}
