import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@front-door/api-client";
import { expect, it } from "vitest";
import { writeTable } from "./table.ts";

it("a table stops reading a result that has more rows than it shows, and says that there are more", async () => {
  const head = { columns: [{ name: "a", type: "INT", type_text: "INT", nullable: true, position: 0 }] };
  // The reply never ends.
  const server = createServer((_request, response) => {
    response.write(`${JSON.stringify(head)}\n[1]\n[2]\n[3]\n`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const result = client.getStatementResult({ statement_id: "id" });
  let text = "";
  const write = async (chunk: string | Uint8Array) => {
    text += String(chunk);
  };
  expect(await writeTable(result, { isTerminal: false, write }, 2)).toMatch(
    /^The first 2 rows: there are more\./,
  );
  expect(text).toBe("a\n1\n2\n");
  server.close();
});
