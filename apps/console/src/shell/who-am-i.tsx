import { frontDoorKey, queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleUser } from "lucide-react";
import { useEffect } from "react";
import { hasCredential, keepPerson, keepSession } from "./credential.ts";
import { frontDoor } from "./front-door.ts";
import styles from "./header.module.css";
import { isMeRefused } from "./is-me-refused.ts";
import { isSignInRefused } from "./is-sign-in-refused.ts";

/** As whom the requests of this browser run. Leads to where that can be changed. */
export function WhoAmI() {
  const me = useQuery(queryOptions(frontDoor, "me"));
  useKnownPerson();
  // What the cache still has was of somebody who is signed in no longer.
  const known = me.error === null ? me.data : undefined;
  const isNameless = me.error !== null && isMeRefused(me.error);
  const session = useQuery(queryOptions(frontDoor, "getSession")).data;
  const ofSession = hasCredential() ? undefined : (session?.display_name ?? session?.user_name);
  const nameless = isNameless ? (ofSession ?? "Signed in") : undefined;
  const name = known?.display_name ?? known?.user_name ?? nameless;
  const unknown = me.error === null ? "…" : isSignInRefused(me.error) ? "Not signed in" : "Not known";
  const label = nameless === undefined ? labelOf(name, unknown) : namelessLabel(ofSession);
  return (
    <Link to="/status" className="button quiet" activeProps={{}} aria-label={label} title={label}>
      <CircleUser size={16} aria-hidden className={name === undefined ? undefined : styles["long"]} />
      <span className={styles["long"]}>{name ?? unknown}</span>
      {name !== undefined && (
        <span className={styles["short"]} aria-hidden>
          {initials(name)}
        </span>
      )}
    </Link>
  );
}

function labelOf(name: string | undefined, unknown: string): string {
  return name === undefined ? `Who am I: ${unknown}` : `Runs as ${name}`;
}

/** Of a caller who may not ask who it is. A session says that; a key does not. */
function namelessLabel(ofSession: string | undefined): string {
  return ofSession === undefined ? "Signed in. This key may not ask who it is." : `Signed in as ${ofSession}`;
}

/** Where there is no room for the name: `Alice Adams` is `AA`. */
function initials(name: string): string {
  const firsts = name.match(/(?<!\S)\S/gu) ?? [];
  return [firsts[0], ...firsts.slice(1).slice(-1)].join("").toUpperCase();
}

/** A cookie can sign in another person without a word to the page: what the cache has is then not theirs. */
function useKnownPerson(): void {
  const cache = useQueryClient();
  const userName = useQuery(queryOptions(frontDoor, "me")).data?.user_name;
  const session = useQuery(queryOptions(frontDoor, "getSession")).data;
  useEffect(() => {
    if (userName === undefined || session === undefined) return;
    const isOther = keepPerson(userName);
    if (session.login_path === undefined) keepSession(undefined);
    else if (session.user_name === userName) keepSession({ userName, endsAt: session.expires_at ?? "" });
    if (isOther) void cache.resetQueries({ queryKey: frontDoorKey(frontDoor) });
  }, [userName, session, cache]);
}
