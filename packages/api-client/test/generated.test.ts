import { readFile } from "node:fs/promises";
import { startStack } from "@front-door/api/test/start-stack";
import { expect, it } from "vitest";
import { type ApiDocument, generate } from "../generate.ts";

it("the generated types and methods are those of the API document", async () => {
  const stack = await startStack();
  const { json } = await stack.call("GET", "/openapi.json");
  await stack.close();
  for (const [name, text] of Object.entries(await generate(json as ApiDocument))) {
    const committed = await readFile(new URL(`../src/generated/${name}`, import.meta.url), "utf8");
    const hint = "Write it anew: node packages/api-client/generate.ts http://127.0.0.1:3001/openapi.json";
    expect(text === committed, `src/generated/${name} is not what the document says. ${hint}`).toBe(true);
  }
});
