import type { FailingRequest } from "./route-request.ts";

/** The errors of the routes of apps, dashboards and secrets that are not those of every route. */
export const listedErrors: Readonly<Record<string, readonly FailingRequest[]>> = {
  get_repo: [missing("/api/repos/1")],
  update_repo: [
    { code: "RESOURCE_DOES_NOT_EXIST", request: { path: "/api/repos/1", json: { branch: "main" } } },
  ],
  get_app: [missing("/api/apps/nowhere")],
  get_dashboard: [missing("/api/dashboards/00")],
  get_published_dashboard: [missing("/api/dashboards/00/published")],
  list_secrets: [missing("/api/secrets?scope=nowhere")],
};

function missing(path: string): FailingRequest {
  return { code: "RESOURCE_DOES_NOT_EXIST", request: { path } };
}
