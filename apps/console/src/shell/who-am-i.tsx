import { frontDoorKey, queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleUser } from "lucide-react";
import { useEffect } from "react";
import { keepPerson } from "./credential.ts";
import { frontDoor } from "./front-door.ts";
import styles from "./header.module.css";
import { isMeRefused } from "./is-me-refused.ts";
import { isSignInRefused } from "./is-sign-in-refused.ts";

/** As whom the requests of this browser run. Leads to where that can be changed. */
export function WhoAmI() {
  const me = useQuery(queryOptions(frontDoor, "me"));
  useKnownPerson(me.data?.user_name);
  // What the cache still has was of somebody who is signed in no longer.
  const known = me.error === null ? me.data : undefined;
  const isNameless = me.error !== null && isMeRefused(me.error);
  const name = known?.display_name ?? known?.user_name ?? (isNameless ? "Signed in" : undefined);
  const unknown = me.error === null ? "…" : isSignInRefused(me.error) ? "Not signed in" : "Not known";
  const label = isNameless
    ? "Signed in. This key may not ask who it is."
    : name === undefined
      ? `Who am I: ${unknown}`
      : `Runs as ${name}`;
  return (
    <Link to="/status" className="button quiet" activeProps={{}} aria-label={label} title={label}>
      <CircleUser size={16} aria-hidden />
      <span className={styles["long"]}>{name ?? unknown}</span>
    </Link>
  );
}

/** A proxy can sign in another person without a word to the page: what the cache has is then not theirs. */
function useKnownPerson(userName: string | undefined): void {
  const cache = useQueryClient();
  useEffect(() => {
    if (userName === undefined || !keepPerson(userName)) return;
    void cache.resetQueries({ queryKey: frontDoorKey(frontDoor) });
  }, [userName, cache]);
}
