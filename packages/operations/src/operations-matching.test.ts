import { expect, it } from "vitest";
import { frontDoorOperations } from "./front-door-operations.ts";
import { operations } from "./operations.ts";
import { operationsMatching } from "./operations-matching.ts";

it("a name allows that operation, a prefix all that begin with it, and any other word none", () => {
  expect(operationsMatching("read_file")).toEqual(["read_file"]);
  expect(operationsMatching("put_*")).toEqual(["put_uc_schema"]);
  expect(operationsMatching("list_t*")).toEqual(["list_tree", "list_tables"]);
  for (const word of ["", "lst_*", "list", "READ", "toString", "read_fil"]) {
    expect(operationsMatching(word)).toEqual([]);
  }
});

it("`read` and `write` share all operations between them: what changes nothing, and what may", () => {
  const [read, write] = [operationsMatching("read"), operationsMatching("write")];
  const all = [...Object.keys(operations), ...Object.keys(frontDoorOperations)];
  expect([...read, ...write].toSorted()).toEqual(all.toSorted());
  expect(operationsMatching("*").toSorted()).toEqual(all.toSorted());
  expect(read).toContain("read_file");
  for (const name of ["execute_query", "write_file", "put_uc_schema"] as const) expect(write).toContain(name);
});
