import { describe, expect, it } from "vitest";
import { readAccessFile } from "./access-file.ts";
import { type AccessCaller, firstRuleFor } from "./access-rules.ts";

const rules = readAccessFile(`rules:
  - who: group:contractors
    operations: me
  - who: [user:ann@example.com, key:nightly]
    operations: "*"
  - who: group:admins
    mode: databricks
    operations: "*"
  - who: internal
    operations: read
  - who: everyone
    mode: [oidc, databricks]
    operations: read
`);

const line = { contractors: 2, named: 4, admins: 6, internal: 9, people: 11 };

describe("the rule of a caller is the first that is for them", () => {
  it.each<[string, AccessCaller, number | undefined]>([
    ["a person", { mode: "databricks", name: "ann@example.com", groups: [] }, line.named],
    [
      "a person, however they signed in",
      { mode: "forwarded", name: "ann@example.com", groups: [] },
      line.named,
    ],
    [
      "a person who is in a group of a rule above",
      { mode: "oidc", name: "ann@example.com", groups: ["contractors"] },
      line.contractors,
    ],
    ["a person in another case", { mode: "oidc", name: "Ann@example.com", groups: [] }, line.people],
    ["a key", { mode: "api-key", name: "nightly", groups: [] }, line.named],
    ["a person with a key's name", { mode: "forwarded", name: "nightly", groups: [] }, undefined],
    ["a key with a person's name", { mode: "api-key", name: "ann@example.com", groups: [] }, undefined],
    ["a group of the mode", { mode: "databricks", name: "bob", groups: ["x", "admins"] }, line.admins],
    ["the same group of another mode", { mode: "oidc", name: "bob", groups: ["admins"] }, line.people],
    ["a person with a group's name", { mode: "databricks", name: "group:admins", groups: [] }, line.people],
    ["everyone else of a mode", { mode: "oidc", name: "bob", groups: [] }, line.people],
    ["nobody", { mode: "none", name: "anonymous", groups: [] }, undefined],
    ["a program on this machine", { mode: "internal", name: "internal", groups: [] }, line.internal],
    [
      "a program on this machine that names a person",
      { mode: "internal", name: "ann@example.com", groups: ["contractors"] },
      line.internal,
    ],
  ])("%s", (_what, caller, expected) => {
    expect(firstRuleFor(caller, rules)?.line).toBe(expected);
  });

  it("and `everyone` is no program on this machine", () => {
    const all = readAccessFile('rules: [{ who: everyone, operations: "*" }]');
    expect(firstRuleFor({ mode: "internal", name: "internal", groups: [] }, all)).toBeUndefined();
    expect(firstRuleFor({ mode: "none", name: "anonymous", groups: [] }, all)?.line).toBe(1);
  });
});
