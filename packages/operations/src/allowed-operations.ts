import * as z from "zod";
import { runRequest } from "./run-protocol.ts";

/** The body of `POST /allowed-operations`: as whom, and in which workspace, as in `POST /run`. */
export const allowedOperationsRequest = runRequest.pick({ workspace: true, auth: true });

/** Its reply. */
export const allowedOperations = z.object({
  /** Those that the policies do not refuse whatever the parameters are. Newer ones of another version may be among them. */
  operations: z.array(z.string()),
  /** Whether statements must only read. */
  read_only: z.boolean(),
});

export type AllowedOperations = z.output<typeof allowedOperations>;
