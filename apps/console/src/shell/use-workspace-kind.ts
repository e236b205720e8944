import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { frontDoor } from "./front-door.ts";

/** `local`: the embedded sample workspace. Where callers sign in, only a caller is told. Undefined: not known. */
export function useWorkspaceKind(): "databricks" | "local" | undefined {
  const ready = useQuery(queryOptions(frontDoor, "ready"));
  const me = useQuery(queryOptions(frontDoor, "me"));
  return ready.data?.workspace ?? (me.error === null ? me.data?.workspace_kind : undefined);
}
