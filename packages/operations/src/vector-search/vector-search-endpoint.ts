import * as z from "zod";
import { epochMs } from "../epoch-ms.ts";
import { openEnum } from "../open-enum.ts";
import type { Target } from "../target.ts";

/** Nothing else is let into the path of a request. */
export const vectorSearchEndpointName = z
  .string()
  .regex(/^[0-9A-Za-z_-]{1,128}$/, "must be the name of a vector search endpoint, like local-search")
  .describe("The name of a vector search endpoint.");

export function vectorSearchEndpointTarget({ endpoint_name }: { readonly endpoint_name: string }): Target {
  return { kind: "resource", type: "vector_search_endpoint", id: endpoint_name };
}

export const vectorSearchEndpoint = z
  .object({
    name: z.string().describe("The endpoint's name."),
    id: z.string().optional().describe("The endpoint's id."),
    endpoint_type: openEnum(
      "VectorSearchEndpointType",
      ["STANDARD", "STORAGE_OPTIMIZED"],
      "What it is made for.",
    ).optional(),
    endpoint_status: z
      .object({
        state: openEnum(
          "VectorSearchEndpointState",
          ["PROVISIONING", "ONLINE", "OFFLINE"],
          "Whether it answers.",
        ).optional(),
        message: z.string().optional().describe("More about it."),
      })
      .meta({ id: "VectorSearchEndpointStatus" })
      .optional()
      .describe("How it is."),
    num_indexes: z.int().optional().describe("How many indexes it has."),
    creator: z.string().optional().describe("Who created it."),
    creation_timestamp: epochMs.optional().describe("When it was created, in milliseconds since 1970."),
  })
  .meta({ id: "VectorSearchEndpoint" });

export const exampleEndpoint = { name: "local-search", endpoint_status: { state: "ONLINE" } };
