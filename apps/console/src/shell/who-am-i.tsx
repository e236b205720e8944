import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleUser } from "lucide-react";
import { frontDoor } from "./front-door.ts";
import styles from "./header.module.css";
import { isSignInRefused } from "./is-sign-in-refused.ts";

/** As whom the requests of this browser run. Leads to where that can be changed. */
export function WhoAmI() {
  const me = useQuery(queryOptions(frontDoor, "me"));
  const name = me.data?.display_name ?? me.data?.user_name;
  const unknown = me.isPending ? "…" : me.error && isSignInRefused(me.error) ? "Not signed in" : "Not known";
  const label = name === undefined ? `Who am I: ${unknown}` : `Runs as ${name}`;
  return (
    <Link to="/status" className="button quiet" activeProps={{}} aria-label={label} title={label}>
      <CircleUser size={16} aria-hidden />
      <span className={styles["long"]}>{name ?? unknown}</span>
    </Link>
  );
}
