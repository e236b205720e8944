import { requestIdPattern } from "@front-door/operations";
import * as z from "zod";

/** The headers of every reply. */
export const replyHeaders = {
  "x-request-id": z
    .string()
    .regex(requestIdPattern)
    .meta({
      description: "The request's id in the logs: the caller's own, or a new one.",
      header: { id: "RequestId" },
    }),
};
