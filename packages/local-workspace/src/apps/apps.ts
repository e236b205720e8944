import { ApiError, permissionDenied } from "../http/api-error.ts";
import type { Call, Route } from "../http/call.ts";
import { pageOf, pageSize } from "../http/paging.ts";
import { json } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { Seed } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";

type App = Seed["apps"][number];

const PAGE_SIZE = 20;
const PAGE_SIZE_MAX = 100;

/** `/api/2.0/apps`: the apps of the seed. None runs, and nothing makes or changes one. */
export function apps({ seed }: Workspace): Route[] {
  const pattern = "/api/2.0/apps";
  const list = (call: Call) => {
    const visible = seed.apps
      .filter((app) => mayUse(app, call.principal))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const size = pageSize(call, "page_size", PAGE_SIZE_MAX, PAGE_SIZE);
    const { items, nextPageToken } = pageOf(call, "apps", visible, ({ name }) => name, size);
    return json({ apps: items.length === 0 ? undefined : items.map(view), next_page_token: nextPageToken });
  };
  const get = ({ params, principal }: Call) => {
    const { name = "" } = params;
    const app = seed.apps.find((one) => one.name === name);
    if (app === undefined)
      throw new ApiError(
        404,
        "RESOURCE_DOES_NOT_EXIST",
        `App with name ${name} does not exist or is deleted.`,
      );
    if (mayUse(app, principal)) return json(view(app));
    throw permissionDenied(`${principal.name} does not have CAN_USE permissions on app ${name}.`);
  };
  return [
    { method: "GET", pattern, handle: list },
    { method: "GET", pattern: `${pattern}/:name`, handle: get },
  ];
}

function mayUse({ users }: App, { name, admin }: Principal): boolean {
  return admin || (users?.includes(name) ?? true);
}

function view(app: App): object {
  // JSON leaves it out.
  return { ...app, users: undefined };
}
