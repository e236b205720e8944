import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { prepareToEndConnections } from "./end-connections.ts";

it("ends the connection of a request that arrived before the stop, and of one that arrives after it", async () => {
  const server = createServer((_request, reply) => void server.emit("asked", reply)).listen(0, "127.0.0.1");
  const stop = prepareToEndConnections(server);
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connectionOf = async (beforeReply: () => void) => {
    const asked = once(server, "asked") as Promise<[ServerResponse]>;
    const reply = fetch(url);
    const [response] = await asked;
    beforeReply();
    response.end();
    return (await reply).headers.get("connection");
  };
  expect(await connectionOf(() => undefined)).toBe("keep-alive");
  expect(await connectionOf(stop)).toBe("close");
  expect(await connectionOf(() => undefined)).toBe("close");
  server.close();
});
