import { operations } from "@front-door/operations";
import { expect, test } from "vitest";
import { reachOf } from "./reach.ts";

test("every operation of the contract says what it touches", () => {
  for (const [name, { examples, params }] of Object.entries(operations)) {
    const reach = reachOf(name as keyof typeof operations, params.parse(examples[0]?.params));
    // Whatever names a place in its parameters has that place in its reach.
    const fields = Object.keys(params.shape);
    if (fields.includes("path")) expect(reach.kind).toBe("path");
    else if (fields.includes("sql")) expect(reach.kind).toBe("sql");
    else if (fields.includes("catalog") || fields.includes("name")) expect(reach).toHaveProperty("catalog");
    else if (fields.includes("statement_id")) expect(reach.kind).toBe("statement");
    else expect(["nothing", "catalogs"]).toContain(reach.kind);
  }
});
