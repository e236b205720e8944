import { z } from "zod";
import { type Call, type Route, readJson } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";

const logsSchema = z.object({ protoLogs: z.array(z.unknown()).default([]) });

/**
 * What the drivers ask beside SQL: flags, of which there are none, so that everything has its default; and a place for telemetry,
 * which is read and forgotten. Without an answer they try for half a minute, and a connection waits for the first of them.
 */
export function connectorService(): Route[] {
  return [
    {
      method: "GET",
      pattern: "/api/2.0/connector-service/feature-flags/:driver/:version",
      handle: () => json({ flags: [], ttl_seconds: 900 }),
    },
    { method: "POST", pattern: "/telemetry-ext", handle: forget },
    { method: "POST", pattern: "/telemetry-unauth", public: true, handle: forget },
  ];
}

async function forget({ req }: Pick<Call, "req">): Promise<Reply> {
  const { protoLogs } = await readJson(req, logsSchema);
  return json({ errors: [], numSuccess: 0, numProtoSuccess: protoLogs.length });
}
