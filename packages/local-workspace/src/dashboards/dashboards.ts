import { ApiError, permissionDenied } from "../http/api-error.ts";
import type { Call, Route } from "../http/call.ts";
import { pageOf, pageSize } from "../http/paging.ts";
import { json } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { Seed } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";

type Dashboard = Seed["dashboards"][number];

const PAGE_SIZE = 20;
const PAGE_SIZE_MAX = 100;

/** `/api/2.0/lakeview/dashboards`: the dashboards of the seed. Nothing makes, changes or publishes one. */
export function dashboards({ seed }: Workspace): Route[] {
  const pattern = "/api/2.0/lakeview/dashboards";
  const list = (call: Call) => {
    const visible = seed.dashboards
      .filter((one) => mayView(one, call.principal))
      .filter((one) => call.query.get("show_trashed") === "true" || one.lifecycle_state !== "TRASHED")
      .toSorted((a, b) => (a.dashboard_id < b.dashboard_id ? -1 : 1));
    const size = pageSize(call, "page_size", PAGE_SIZE_MAX, PAGE_SIZE);
    const page = pageOf(call, "dashboards", visible, ({ dashboard_id: id }) => id, size);
    const entries = page.items.map((one) => ({ ...draft(one), serialized_dashboard: undefined }));
    return json({
      dashboards: entries.length === 0 ? undefined : entries,
      next_page_token: page.nextPageToken,
    });
  };
  const published = (call: Call) => {
    const { dashboard_id: id, published: found } = find(seed, call);
    if (found === undefined) throw missing(`Unable to find published dashboard [dashboardId=${id}]`);
    return json(found);
  };
  return [
    { method: "GET", pattern, handle: list },
    { method: "GET", pattern: `${pattern}/:id`, handle: (call) => json(draft(find(seed, call))) },
    { method: "GET", pattern: `${pattern}/:id/published`, handle: published },
  ];
}

/** Throws 404 if the dashboard does not exist, and 403 if the caller may not see it. */
function find(seed: Seed, { params, principal }: Call): Dashboard {
  const { id = "" } = params;
  const found = seed.dashboards.find((one) => one.dashboard_id === id);
  if (found === undefined) throw missing(`Unable to find dashboard [dashboardId=${id}]`);
  if (mayView(found, principal)) return found;
  throw permissionDenied(`${principal.name} does not have CAN_READ permissions on dashboard ${id}.`);
}

function mayView({ viewers }: Dashboard, { name, admin }: Principal): boolean {
  return admin || (viewers?.includes(name) ?? true);
}

function draft(dashboard: Dashboard): object {
  // JSON leaves them out.
  return { ...dashboard, viewers: undefined, published: undefined };
}

function missing(message: string): ApiError {
  return new ApiError(404, "RESOURCE_DOES_NOT_EXIST", message);
}
