import type { Route } from "../http/call.ts";
import { json } from "../http/reply.ts";
import type { Workspace } from "../workspace.ts";

/** `/api/2.0/fs/endpoints`: how files are transferred, best first. It is the order that SDKs use if nobody answers. */
export function fileEndpoints({ origin }: Workspace): Route[] {
  return [
    {
      method: "GET",
      pattern: "/api/2.0/fs/endpoints",
      handle: ({ req }) => {
        const { protocol, host } = new URL(origin(req));
        const place = { scheme: protocol.slice(0, -1), hostname: host };
        return json({
          endpoints: [
            { api: "IO_OFFLOAD", ...place, multipart_upload_supported: true },
            { api: "FILES_API", api_version: "2.0", ...place, multipart_upload_supported: false },
          ],
        });
      },
    },
  ];
}
