import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import { CodeBlock } from "./code-block.tsx";
import { sqlName } from "./place.ts";

/** The statement that would make the table or the view again. */
export function Definition({ parts }: { readonly parts: readonly string[] }) {
  const sql = `SHOW CREATE TABLE ${sqlName(...parts)}`;
  const { data, error, refetch } = useQuery(queryOptions(frontDoor, "executeQuery", { sql }));
  if (error !== null) return <ErrorView error={error} retry={refetch} />;
  if (data === undefined) return <p className="muted">Asking the warehouse…</p>;
  const [[statement] = []] = data.rows;
  return <CodeBlock text={typeof statement === "string" ? statement.trim() : sql} what="the definition" />;
}
