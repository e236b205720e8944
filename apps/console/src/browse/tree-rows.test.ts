import { FrontDoorError } from "@front-door/api-client";
import { describe, expect, it } from "vitest";
import { type KnownCatalog, treeRows } from "./tree-rows.ts";

const refusal = new FrontDoorError("no", { code: "PERMISSION_DENIED", status: 403, retryable: false });
const known: KnownCatalog = {
  catalogs: { data: [{ name: "main" }, { name: "samples" }] },
  schemas: (catalog) => (catalog === "main" ? { data: [{ name: "default" }, { name: "sales" }] } : {}),
  contents: (_catalog, schema) =>
    schema === "default"
      ? { data: { entries: [], refused: [{ kind: "functions", error: refusal }] } }
      : {
          data: {
            entries: [
              { kind: "tables", name: "orders", comment: undefined, tableType: "MANAGED" },
              { kind: "tables", name: "open_orders", comment: undefined, tableType: "MATERIALIZED_VIEW" },
              { kind: "volumes", name: "inbox", comment: undefined },
            ],
            refused: [],
          },
        },
};

function shown(open: readonly string[], filter = ""): string[] {
  return treeRows(known, (id) => open.includes(id), filter).map((row) => {
    const indent = "  ".repeat(row.level - 1);
    if ("note" in row) return `${indent}(${row.note})`;
    const { name, icon, isOpen, position, setSize } = row;
    return `${indent}${isOpen === undefined ? " " : isOpen ? "v" : ">"} ${name} ${icon} ${position}/${setSize}`;
  });
}

describe("the rows of the tree", () => {
  it("are the catalogs while nothing is open", () => {
    expect(shown([])).toEqual(["> main catalog 1/2", "> samples catalog 2/2"]);
  });

  it("say what is on its way, and what may not be listed", () => {
    expect(shown(["/browse/main", "/browse/main/default", "/browse/samples"])).toEqual([
      "v main catalog 1/2",
      "  v default schema 1/2",
      "    (The functions may not be listed)",
      "  > sales schema 2/2",
      "v samples catalog 2/2",
      "  (Loading…)",
    ]);
  });

  it("have what a schema contains below it", () => {
    expect(shown(["/browse/main", "/browse/main/sales"]).slice(2, 6)).toEqual([
      "  v sales schema 2/2",
      "      orders table 1/3",
      "      open_orders view 2/3",
      "      inbox volume 3/3",
    ]);
  });

  it("with a filter are what has it in its name, and what is above that", () => {
    const open = ["/browse/main", "/browse/main/sales", "/browse/main/default", "/browse/samples"];
    expect(shown(open, " ORDERS")).toEqual([
      "v main catalog 1/1",
      "  v sales schema 1/1",
      "      orders table 1/2",
      "      open_orders view 2/2",
    ]);
    expect(shown(open, "sale")).toEqual(["v main catalog 1/1", "  > sales schema 1/1"]);
    expect(shown(open, "nothing")).toEqual([]);
  });

  it("show why a list could not be loaded", () => {
    const broken = { ...known, catalogs: { error: new Error("Databricks service unavailable") } };
    expect(treeRows(broken, () => false, "")).toEqual([
      { id: "#Databricks service unavailable", level: 1, note: "Databricks service unavailable" },
    ]);
  });
});
