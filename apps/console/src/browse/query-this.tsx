import { Link, useRouter } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { sqlName } from "./place.ts";

/** Opens a statement that reads the table, where this console has a page for queries. */
export function QueryThis({ parts }: { readonly parts: readonly string[] }) {
  const { routesByPath } = useRouter();
  const to: string = "/query";
  if (!(to in routesByPath)) return undefined;
  const sql = `SELECT *\nFROM ${sqlName(...parts)}\nLIMIT 100`;
  // That page is not this feature's, so its route is not known here.
  return (
    <Link to={to} search={{ sql } as never} className="button primary">
      <Play size={14} aria-hidden />
      Query this
    </Link>
  );
}
