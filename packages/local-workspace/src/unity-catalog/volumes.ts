import { z } from "zod";
import { invalidParameter, notImplemented } from "../http/api-error.ts";
import type { Route } from "../http/call.ts";
import { storageLocation } from "../state/storage-location.ts";
import type { Workspace } from "../workspace.ts";
import { createBody, securableRoutes, updateBody } from "./securable-service.ts";

/** `/api/2.1/unity-catalog/volumes`. DELETE takes the files with it: Databricks has no "not empty" for a volume. */
export function volumes(workspace: Workspace): Route[] {
  return securableRoutes(workspace, {
    kind: "volume",
    collection: "volumes",
    // Databricks documents it as the default, too.
    pageSizeMax: 10_000,
    pageSizeDefault: 10_000,
    createBody: createBody.omit({ properties: true }).extend({
      volume_type: z.enum(["MANAGED", "EXTERNAL"]).optional(),
      storage_location: z.string().optional(),
    }),
    ownFields(body, id, metastoreId) {
      if (body.volume_type === undefined)
        throw invalidParameter("CreateVolume Missing required field: volume_type");
      if (body.volume_type === "EXTERNAL") throw notImplemented("external volumes");
      if (body.storage_location !== undefined)
        throw invalidParameter("CreateVolume storage_location can not be provided.");
      const location = storageLocation(metastoreId, "volumes", id);
      return { volumeType: "MANAGED" as const, storageLocation: location };
    },
    updateBody: updateBody.omit({ properties: true }),
    show: (volume) => ({
      volume_id: volume.id,
      volume_type: volume.volumeType,
      storage_location: volume.storageLocation,
    }),
  });
}
