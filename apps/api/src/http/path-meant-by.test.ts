import { expect, test } from "vitest";
import { routes } from "../routes/routes.ts";
import { pathMeantBy } from "./path-meant-by.ts";

const paths = routes.map(({ path }) => path);

test.each(paths)("%s is meant by itself with a slash at its end, and in capitals", (path) => {
  const real = path.replaceAll(/:\w+/g, "Name");
  expect(pathMeantBy(`${real}/`, paths)).toBe(real);
  const capitals = path.toUpperCase().replaceAll(/:\w+/g, "Name");
  expect(pathMeantBy(capitals, paths)).toBe(real);
});

test.each([
  ["/api/catalog", "/api/catalogs"],
  ["/api/tables/preveiw", "/api/tables/preview"],
  ["/api/x", undefined],
  ["/", undefined],
  ["//", undefined],
  [`/api/${"me".repeat(1_000)}`, undefined],
])("%.30s means %s", (given, meant) => expect(pathMeantBy(given, paths)).toBe(meant));
