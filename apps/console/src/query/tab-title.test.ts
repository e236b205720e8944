import { expect, it } from "vitest";
import { tabTitle } from "./tab-title.ts";

it.each([
  ["", "New query"],
  ["-- Fares by distance\nSELECT 1", "Fares by distance"],
  ["SELECT * FROM samples.nyctaxi.trips", "trips"],
  ["SELECT * FROM `main`.`s`.`t`", "t"],
  ["SHOW CATALOGS", "SHOW CATALOGS"],
  ["SELECT 1 AS one, 2 AS two, 3 AS three, 4 AS four", "SELECT 1 AS one, 2 AS two,…"],
])("the tab of %j is called %j", (sql, title) => {
  expect(tabTitle({ sql })).toBe(title);
});

it("a tab that has a name is called by it, whatever its text", () => {
  expect(tabTitle({ name: "Monthly report", sql: "SELECT 1" })).toBe("Monthly report");
});
