import type { OperationName } from "@front-door/operations";
import type { LiveCase, LiveContext } from "./live-case.ts";

const nowhere = () => ({ path: "/Shared/front_door_live_nowhere" });
const noDashboard = () => ({ dashboard_id: "00000000000000000000000000000000" });
const listing = (op: OperationName, params: object = {}): LiveCase => ({
  call: ({ gateway }) => gateway.run(op, params),
});

/** A file in `/Shared`, for the time of one call. */
async function withFile(op: OperationName, { gateway }: LiveContext, more: object = {}) {
  const path = "/Shared/front_door_live.txt";
  const content = Buffer.from("live").toString("base64");
  const made = await gateway.run("import_workspace_object", {
    path,
    content,
    format: "RAW",
    overwrite: true,
  });
  if (made.status >= 400) return made;
  const deleted = () => gateway.run("delete_workspace_object", { path });
  if (op === "delete_workspace_object") return deleted();
  try {
    return op === "import_workspace_object" ? made : await gateway.run(op, { path, ...more });
  } finally {
    await deleted();
  }
}

/** The workspace's objects, apps, dashboards and the names of secrets. */
export const liveWorkspaceCases: Readonly<Partial<Record<OperationName, LiveCase>>> = {
  list_workspace_objects: { ...listing("list_workspace_objects", { path: "/Shared" }), missing: nowhere },
  get_workspace_object: {
    call: (context) => withFile("get_workspace_object", context),
    missing: nowhere,
  },
  export_workspace_object: {
    call: (context) => withFile("export_workspace_object", context, { format: "AUTO" }),
    missing: nowhere,
  },
  import_workspace_object: { call: (context) => withFile("import_workspace_object", context) },
  delete_workspace_object: {
    call: (context) => withFile("delete_workspace_object", context),
    missing: nowhere,
  },
  list_repos: listing("list_repos"),
  get_repo: { missing: () => ({ repo_id: "1" }) },
  update_repo: { missing: () => ({ repo_id: "1", branch: "main" }) },
  list_apps: listing("list_apps"),
  get_app: { missing: () => ({ name: "front-door-live-nowhere" }) },
  list_dashboards: listing("list_dashboards"),
  get_dashboard: { missing: noDashboard },
  get_published_dashboard: { missing: noDashboard },
  list_secret_scopes: listing("list_secret_scopes"),
  list_secrets: { missing: () => ({ scope: "front_door_live_nowhere" }) },
};
