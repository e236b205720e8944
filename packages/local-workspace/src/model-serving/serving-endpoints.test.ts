import { expect, test } from "vitest";
import { startForTest } from "../../test/under-test.ts";

test("the embedding model takes 2,048 texts at once, and no more", async () => {
  const { call } = await startForTest();
  const ask = (texts: number) =>
    call("POST", "/serving-endpoints/hash-embedding/invocations", {
      body: { input: Array.from({ length: texts }, () => "a") },
    });
  expect((await ask(2048)).json.data).toHaveLength(2048);
  expect((await ask(2049)).status).toBe(400);
});
