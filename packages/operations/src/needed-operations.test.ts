import { describe, expect, it } from "vitest";
import type { OperationDefinition } from "./define-operation.ts";
import { neededOperations } from "./needed-operations.ts";
import { isOperationName, operations } from "./operations.ts";

const definitions = Object.values<OperationDefinition>(operations);

it.each(definitions.filter(({ alsoNeeds }) => alsoNeeds !== undefined))(
  "the parameters of $name that need other operations exist, and so do these",
  ({ params, alsoNeeds = {} }) => {
    expect(Object.keys(params.shape)).toEqual(expect.arrayContaining(Object.keys(alsoNeeds)));
    expect(
      Object.values(alsoNeeds)
        .flat()
        .filter((name) => !isOperationName(name)),
    ).toEqual([]);
  },
);

describe("what a call needs besides its operation", () => {
  it.each([
    [{ force: true }, ["delete_table", "delete_volume"]],
    [{ force: false }, []],
    [{}, []],
  ])("delete_schema with %j needs %j", (params, needed) => {
    expect(neededOperations("delete_schema", params).map(({ operation }) => operation)).toEqual(needed);
  });

  it("an empty list of columns asks for no reranker", () => {
    expect(neededOperations("query_vector_search_index", { columns_to_rerank: [] })).toEqual([]);
  });
});
