import { expect, test } from "vitest";
import { workspacePath, workspacePathOrRoot } from "./workspace-path.ts";

test.each(["/Users/a@example.com/x y", "/Shared", "/Workspace/Shared/é#?%", "/Repos/a/b/.hidden", "/a/..b"])(
  "%s is a path of the workspace",
  (path) => {
    expect(workspacePath.safeParse(path).success).toBe(true);
  },
);

test.each([
  "",
  "Shared",
  "/",
  "//",
  "/Shared/",
  "/Shared//x",
  "/Shared/../Users/bob",
  "/Shared/./x",
  "/Shared/%2e%2e/x",
  "/Shared/%252e%252e/x",
  "/Shared/%c0%ae%c0%ae/x",
  "/Shared/..%2fUsers",
  "/Shared/．．/x",
  "/Shared/..;x/y",
  "/Shared/a\\..\\b",
  "/Shared/a\u0000b",
  "/Shared/a\nb",
  "/Volumes/main/default/files/x",
  "/volumes/main",
  "/Workspace/Volumes/main",
  "/dbfs/x",
  `/Shared/${"x".repeat(256)}`,
  `/${"x/".repeat(2100)}x`,
])("%j is refused", (path) => {
  expect(workspacePath.safeParse(path).success).toBe(false);
});

test("the root can be listed, and nothing else be done with it", () => {
  expect(workspacePathOrRoot.safeParse("/").success).toBe(true);
  expect(workspacePathOrRoot.safeParse("/..").success).toBe(false);
});
