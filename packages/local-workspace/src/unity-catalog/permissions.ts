import { z } from "zod";
import { notImplemented } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { json } from "../http/reply.ts";
import { principalsOf } from "../identity/principals.ts";
import { KINDS, type Kind, type Securable } from "../state/securables.ts";
import { withSystem } from "../state/system-state.ts";
import type { Workspace } from "../workspace.ts";
import { findSecurable, splitFullName } from "./find-securable.ts";
import { changeGrants, grantsOn } from "./grants.ts";
import { Privileges } from "./privileges.ts";

const changesSchema = z.object({
  changes: z
    .array(
      z.object({
        principal: z.string(),
        add: z.array(z.string()).default([]),
        remove: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});

/** `/api/2.1/unity-catalog/permissions` and `/effective-permissions`: the grants on a securable. */
export function permissions(workspace: Workspace): Route[] {
  const { metastore, seed } = workspace;
  const pattern = "/api/2.1/unity-catalog/permissions/:kind/:name";
  return [
    { method: "GET", pattern, handle: (call) => json(direct(workspace, call)) },
    {
      method: "PATCH",
      pattern,
      handle: async (call) => {
        const { changes } = await readJson(call.req, changesSchema);
        const { kind, names } = targetOf(call);
        await metastore.change((draft) => {
          const target = findSecurable(draft, kind, names);
          changeGrants(draft, call.principal, target, changes, principalsOf(seed));
        });
        return json(direct(workspace, call));
      },
    },
    {
      method: "GET",
      pattern: "/api/2.1/unity-catalog/effective-permissions/:kind/:name",
      handle: (call) => json(effective(workspace, call)),
    },
  ];
}

/** Throws 501 for the securables that there are none of here. */
function targetOf({ params: { kind = "", name = "" } }: Call): { kind: Kind; names: string[] } {
  const known = kind.toLowerCase();
  if (!Object.hasOwn(KINDS, known)) throw notImplemented(`permissions of the securable type ${kind}`);
  return { kind: known as Kind, names: splitFullName(known as Kind, name) };
}

function visibleTarget({ metastore }: Workspace, call: Call): Securable {
  const { kind, names } = targetOf(call);
  const state = withSystem(metastore.state);
  const target = findSecurable(state, kind, names);
  new Privileges(state, call.principal).requireSight(target);
  return target;
}

function direct(workspace: Workspace, call: Call): object {
  const target = visibleTarget(workspace, call);
  return assignments(call, grantsOn(workspace.metastore.state, target));
}

/** With where each privilege comes from, if it was granted above. */
function effective(workspace: Workspace, call: Call): object {
  const state = withSystem(workspace.metastore.state);
  const target = visibleTarget(workspace, call);
  const found = new Map<string, object[]>();
  for (const at of state.ancestry(target)) {
    const from =
      at.id === target.id
        ? {}
        : { inherited_from_type: at.kind.toUpperCase(), inherited_from_name: state.fullName(at) };
    for (const { principal, privileges } of grantsOn(state, at)) {
      const shown = privileges.map((privilege) => ({ privilege, ...from }));
      found.set(principal, [...(found.get(principal) ?? []), ...shown]);
    }
  }
  return assignments(
    call,
    [...found].map(([principal, privileges]) => ({ principal, privileges })),
  );
}

/** An empty list has no field, as in protobuf's JSON. */
function assignments({ query }: Call, grants: { principal: string; privileges: unknown[] }[]): object {
  const only = query.get("principal");
  const shown = grants
    .filter(({ principal }) => only === null || principal === only)
    .map(({ principal, privileges }) => ({ principal, privileges }));
  return shown.length === 0 ? {} : { privilege_assignments: shown };
}
