import { frontDoorKey } from "@front-door/api-client/tanstack-query";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { keepCredential } from "../shell/credential.ts";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import styles from "./sign-in-page.module.css";

/** For a tab with a key or token in a browser with a session: the front door refuses both in one request. Lets the person drop one. */
export function TwoIdentities({ name, back }: { readonly name: string; readonly back: string }) {
  const cache = useQueryClient();
  const { history } = useRouter();
  const keepOne = useMutation({
    mutationFn: async (kept: "session" | "credential") => {
      if (kept === "session") keepCredential(undefined);
      else await frontDoor.endSession();
      void cache.resetQueries({ queryKey: frontDoorKey(frontDoor) });
      history.push(back);
    },
  });
  const keep = (kept: "session" | "credential") => ({
    type: "button" as const,
    disabled: keepOne.isPending,
    onClick: () => keepOne.mutate(kept),
  });
  return (
    <section className={styles["form"]}>
      <p role="status">
        This browser is signed in with Databricks as <strong>{name}</strong>, and this tab has a key or token
        of its own. Requests can have only one of them.
      </p>
      <p className={styles["actions"]}>
        <button {...keep("session")} className="button primary">
          Continue as {name}
        </button>
        <button {...keep("credential")} className="button">
          Sign out of Databricks
        </button>
      </p>
      {keepOne.error !== null && <ErrorView error={keepOne.error} />}
    </section>
  );
}
