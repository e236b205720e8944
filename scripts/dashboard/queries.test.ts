import { join } from "node:path";
import { expect, test } from "vitest";
import { alertQueries, dashboardQueries } from "./queries.ts";

test("an alert's query is what it compares with its threshold", () => {
  const rules = [
    { name: "down", query: 'up{job=~"a.*"} == 0' },
    { name: "near", query: "used / max > 0.8" },
  ];
  expect(alertQueries(rules).map(({ expression }) => expression)).toEqual(['up{job=~"a.*"}', "used / max"]);
  expect(() => alertQueries([{ name: "odd", query: "a > b" }])).toThrow("the alert odd does not end");
});

test("the dashboard's queries have no variable left that only Grafana knows", () => {
  const queries = dashboardQueries(join(import.meta.dirname, "../../deploy/grafana/front-door.json"));
  expect(queries.length).toBeGreaterThan(40);
  expect(queries.filter(({ expression }) => expression.includes("$"))).toEqual([]);
});
