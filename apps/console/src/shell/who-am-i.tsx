import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleUser } from "lucide-react";
import { frontDoor } from "./front-door.ts";
import styles from "./header.module.css";
import { isMeRefused } from "./is-me-refused.ts";

/** As whom the requests of this browser run. Leads to where that can be changed. */
export function WhoAmI() {
  const me = useQuery(queryOptions(frontDoor, "me"));
  // What the cache still has was of somebody who is signed in no longer.
  const known = me.error === null ? me.data : undefined;
  const isNameless = me.error !== null && isMeRefused(me.error);
  const name = known?.display_name ?? known?.user_name ?? (isNameless ? "Signed in" : undefined);
  const label = isNameless
    ? "Signed in. This key may not ask who it is."
    : name === undefined
      ? "Who am I"
      : `Runs as ${name}`;
  return (
    <Link to="/status" className="button quiet" activeProps={{}} aria-label={label} title={label}>
      <CircleUser size={16} aria-hidden />
      <span className={styles["long"]}>{name ?? (me.isPending ? "…" : "Not signed in")}</span>
    </Link>
  );
}
