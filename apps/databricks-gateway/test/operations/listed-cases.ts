import { expect } from "vitest";
import type { OperationCase } from "./operation-case.ts";

const missingCode = "RESOURCE_DOES_NOT_EXIST";
export const seededApp = { name: "trip-explorer" };
export const seededDashboard = { dashboard_id: "01f0da5b0a4d1c2e9f3a4b5c6d7e8f90" };
const dashboardOfCarol = { dashboard_id: "01f0da5b1b5e1d3faf4b5c6d7e8f9012" };
const missingDashboard = { dashboard_id: "00" };

export const seededRepo = { repo_id: "4200000000000017" };
const missingRepo = { repo_id: "1" };

export const reposCases = {
  list_repos: {
    params: () => ({ path_prefix: "/Repos/shared" }),
    expected: { repos: [{ id: seededRepo.repo_id, path: "/Repos/shared/trips" }] },
    bad: { path_prefix: "/Repos/.." },
    field: "path_prefix",
  },
  get_repo: {
    params: () => seededRepo,
    expected: { id: seededRepo.repo_id, url: "https://github.com/example/trips", provider: "gitHub" },
    bad: { repo_id: "x" },
    field: "repo_id",
    missing: missingRepo,
    missingCode,
    forbidden: seededRepo,
  },
  update_repo: {
    params: () => ({ ...seededRepo, branch: "next" }),
    expected: {},
    bad: { ...seededRepo, branch: "next", tag: "v1" },
    field: "branch",
    missing: { ...missingRepo, branch: "next" },
    missingCode,
    forbidden: { ...seededRepo, tag: "v1" },
  },
} satisfies Record<string, OperationCase>;

/** The cases of what is only listed and read: apps, dashboards, and the names of secrets. */
export const listedCases = {
  list_apps: {
    params: () => ({ page_size: 100 }),
    expected: { apps: expect.arrayContaining([expect.objectContaining(seededApp)]) },
    bad: { page_size: 0 },
    field: "page_size",
  },
  get_app: {
    params: () => seededApp,
    expected: { ...seededApp, compute_status: { state: "STOPPED" }, creator: "alice@example.com" },
    bad: { name: "../x" },
    field: "name",
    missing: { name: "nowhere" },
    missingCode,
    forbidden: { name: "ledger-review" },
  },
  list_dashboards: {
    params: () => ({ show_trashed: true }),
    expected: { dashboards: expect.arrayContaining([expect.objectContaining(seededDashboard)]) },
    bad: { page_size: 101 },
    field: "page_size",
  },
  get_dashboard: {
    params: () => seededDashboard,
    expected: { ...seededDashboard, lifecycle_state: "ACTIVE", parent_path: "/Shared" },
    bad: { dashboard_id: "a/b" },
    field: "dashboard_id",
    missing: missingDashboard,
    missingCode,
    forbidden: dashboardOfCarol,
  },
  get_published_dashboard: {
    params: () => seededDashboard,
    expected: { display_name: "Trips", embed_credentials: false },
    bad: { dashboard_id: "" },
    field: "dashboard_id",
    missing: missingDashboard,
    missingCode,
    forbidden: dashboardOfCarol,
  },
  list_secret_scopes: {
    params: () => ({}),
    expected: {
      scopes: [
        { name: "ingest", backend_type: "DATABRICKS" },
        { name: "finance", backend_type: "DATABRICKS" },
      ],
    },
    bad: { page_token: "x" },
    field: "page_token",
  },
  list_secrets: {
    params: () => ({ scope: "ingest" }),
    expected: { secrets: [{ key: "api-key", last_updated_timestamp: 1790000000000 }, { key: "webhook" }] },
    bad: { scope: "a/b" },
    field: "scope",
    missing: { scope: "nowhere" },
    missingCode,
    forbidden: { scope: "finance" },
  },
} satisfies Record<string, OperationCase>;
