import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const pipeline = "/api/pipelines/5f6c1d2e-3a4b-4c5d-8e6f-70819203a4b5";
const json = { "content-type": "application/json" };

describe("a request without a body", () => {
  it.each([
    ["without a type", {}],
    ["with a type", json],
  ])("counts as {} where no field is required, %s", async (_, headers) => {
    await stack.call("POST", `${pipeline}/stop`);
    await expect
      .poll(async () => (await stack.call("GET", pipeline)).json.state, { timeout: 60_000 })
      .toBe("IDLE");
    const { status, json: started } = await stack.call("POST", `${pipeline}/updates`, { headers });
    expect([status, started.update_id]).toEqual([202, expect.any(String)]);
  });

  it("is refused where a field is required", async () => {
    expect((await stack.call("POST", "/api/schemas")).status).toBe(415);
    expect((await stack.call("POST", "/api/schemas", { headers: json })).status).toBe(400);
  });
});
