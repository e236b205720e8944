import { expect } from "vitest";
import type { JobsMutation } from "./jobs-mutations.ts";
import { seededRepo } from "./listed-cases.ts";
import type { Maker } from "./make-jobs.ts";
import type { OperationCase } from "./operation-case.ts";

const missingCode = "RESOURCE_DOES_NOT_EXIST";
const missing = { path: "/Shared/nowhere" };
const ofCarol = { path: "/Users/carol@example.com/Notes" };
export const seededNotebook = { path: "/Shared/Trips by day" };
const select = Buffer.from("SELECT 1").toString("base64");
let serial = 0;

export const newNotebook = () => ({
  path: `/Shared/new ${++serial} #?%ü`,
  content: select,
  format: "SOURCE",
  language: "SQL",
});

async function storedNotebook(maker: Maker): Promise<{ path: string }> {
  const { path, ...rest } = newNotebook();
  await maker.run("import_workspace_object", { path, ...rest });
  return { path };
}

export const workspaceCases = {
  list_workspace_objects: {
    params: () => ({ path: "/Shared" }),
    expected: {
      objects: expect.arrayContaining([
        expect.objectContaining({ ...seededNotebook, object_type: "NOTEBOOK", language: "SQL" }),
      ]),
    },
    bad: { path: "/Shared/%2e%2e" },
    field: "path",
    missing,
    missingCode,
    forbidden: { path: "/Users/carol@example.com" },
  },
  get_workspace_object: {
    params: () => seededNotebook,
    expected: { ...seededNotebook, object_id: expect.stringMatching(/^\d+$/) },
    bad: { path: "/Volumes/main/default/files" },
    field: "path",
    missing,
    missingCode,
    forbidden: ofCarol,
  },
  export_workspace_object: {
    params: storedNotebook,
    expected: {
      content: Buffer.from("-- Databricks notebook source\nSELECT 1").toString("base64"),
      file_type: "sql",
    },
    bad: { ...seededNotebook, format: "PDF" },
    field: "format",
    missing,
    missingCode,
    forbidden: ofCarol,
  },
  import_workspace_object: {
    params: newNotebook,
    expected: {},
    bad: { ...newNotebook(), content: "not base64!" },
    field: "content",
    missing: { ...newNotebook(), path: "/Shared/nowhere/x" },
    missingCode,
    forbidden: { ...newNotebook(), ...ofCarol, overwrite: true },
  },
  delete_workspace_object: {
    params: storedNotebook,
    expected: {},
    bad: { path: "/" },
    field: "path",
    missing,
    missingCode,
    forbidden: ofCarol,
  },
  create_workspace_directory: {
    params: () => ({ path: `/Shared/folder ${++serial}/inner` }),
    expected: {},
    bad: { path: "/Shared/../Users" },
    field: "path",
    forbidden: { path: "/Users/carol@example.com/x" },
  },
} satisfies Record<string, OperationCase>;

const post = (path: string) => ({ method: "POST", path: `/api/2.0/workspace/${path}` });

/** The mutations of the workspace's objects, for what every mutation has to withstand. */
export const workspaceMutations: Readonly<Record<string, JobsMutation>> = {
  import_workspace_object: { op: "import_workspace_object", params: newNotebook, call: post("import") },
  "import_workspace_object (overwrites)": {
    op: "import_workspace_object",
    params: () => ({ ...newNotebook(), overwrite: true }),
    call: post("import"),
  },
  delete_workspace_object: { op: "delete_workspace_object", params: storedNotebook, call: post("delete") },
  update_repo: {
    op: "update_repo",
    params: () => ({ ...seededRepo, branch: "main" }),
    call: { method: "PATCH", path: `/api/2.0/repos/${seededRepo.repo_id}` },
  },
  create_workspace_directory: {
    op: "create_workspace_directory",
    params: () => ({ path: `/Shared/mutated ${++serial}` }),
    call: post("mkdirs"),
  },
};
