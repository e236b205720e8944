import { expect, it } from "vitest";
import { frontDoorOperations } from "./front-door-operations.ts";
import { definitionOf, type OperationName, operations } from "./operations.ts";
import { type AllowableOperation, isAllowedByDefault, operationsMatching } from "./operations-matching.ts";

const all = [...Object.keys(operations), ...Object.keys(frontDoorOperations)] as AllowableOperation[];

it("a name allows that operation, a prefix all that begin with it, and any other word none", () => {
  expect(operationsMatching("read_file")).toEqual(["read_file"]);
  expect(operationsMatching("put_*")).toEqual(["put_uc_schema"]);
  expect(operationsMatching("list_tr*")).toEqual(["list_tree"]);
  for (const word of [
    "",
    "lst_*",
    "list",
    "READ",
    "toString",
    "read_fil",
    "domain:",
    "domain:toString",
    "sql",
  ]) {
    expect(operationsMatching(word)).toEqual([]);
  }
});

it("`read` and `write` share all operations that are allowed by default: what changes nothing, and what may", () => {
  const byDefault = all.filter(isAllowedByDefault);
  const [read, write] = [operationsMatching("read"), operationsMatching("write")];
  expect([...read, ...write].toSorted()).toEqual(byDefault.toSorted());
  expect(operationsMatching("*").toSorted()).toEqual(byDefault.toSorted());
  expect(read).toContain("read_file");
  for (const name of ["execute_query", "write_file", "put_uc_schema"] as const) expect(write).toContain(name);
});

it("a domain allows its own operations", () => {
  expect(operationsMatching("domain:sql")).toContain("list_warehouses");
  for (const name of operationsMatching("domain:sql")) {
    expect(definitionOf(name as OperationName).domain).toBe("sql");
  }
});

it("deletions and changes of permissions are allowed only by name, but for those of files and volumes", () => {
  const exceptions = new Set(["delete_file", "delete_directory", "delete_volume"]);
  for (const name of Object.keys(operations) as OperationName[]) {
    const { kind, admin, allowedByDefault } = definitionOf(name);
    const mustBeNamed = (kind === "destructive" || admin === true) && !exceptions.has(name);
    expect({ name, allowedByDefault }).toEqual({ name, allowedByDefault: !mustBeNamed });
    expect(operationsMatching(name)).toEqual([name]);
    expect(operationsMatching("destructive").includes(name)).toBe(kind === "destructive");
    expect(operationsMatching("admin").includes(name)).toBe(admin === true);
    if (/^(delete|drop|remove|revoke)_/.test(name)) expect(kind).toBe("destructive");
  }
});
