import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, it, vi } from "vitest";

/** As much of a browser's storage as these modules use. */
function storage(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  const texts = new Map<string, string>();
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => texts.set(key, text),
    removeItem: (key) => texts.delete(key),
  };
}

afterAll(() => vi.unstubAllGlobals());

it("a statement is sent again as the person who began it, whoever has signed in since", async () => {
  const senders: (string | undefined)[] = [];
  const server = createServer((req, res) => {
    senders.push(req.headers.authorization);
    keepCredential({ token: "bob" });
    const isFirst = senders.length === 1;
    res.writeHead(isFirst ? 503 : 400, { "content-type": "application/json" });
    res.end(JSON.stringify({ error_code: "SOME_CODE", message: "no", retryable: isFirst }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  vi.stubGlobal("location", { origin: `http://127.0.0.1:${port}` });
  vi.stubGlobal("sessionStorage", storage());
  vi.stubGlobal("localStorage", storage());
  const { keepCredential } = await import("../shell/credential.ts");
  const { startRun } = await import("./start-run.ts");
  keepCredential({ token: "alice" });
  startRun("a tab", { sql: "SELECT 1", from: 0 }, {});
  await expect.poll(() => senders.length, { timeout: 20_000 }).toBe(2);
  server.close();
  expect(senders).toEqual(["Bearer alice", "Bearer alice"]);
});
