import * as z from "zod";
import { epochMs } from "../epoch-ms.ts";
import { openEnum } from "../open-enum.ts";
import type { Target } from "../target.ts";

/** Nothing else is let into the path of a request. */
export const servingEndpointName = z
  .string()
  .regex(/^[0-9A-Za-z_-][0-9A-Za-z_.-]{0,126}$/, "must be the name of a serving endpoint, like echo-chat")
  .describe("The name of a serving endpoint.");

export function servingEndpointTarget({ endpoint_name }: { readonly endpoint_name: string }): Target {
  return { kind: "resource", type: "serving_endpoint", id: endpoint_name };
}

const servedModel = z
  .object({
    name: z.string().describe("The name of the served model."),
    description: z.string().optional().describe("The model's description."),
  })
  .meta({ id: "FoundationModel" });

const servedEntity = z
  .object({
    name: z.string().optional().describe("The name of the served entity."),
    entity_name: z.string().optional().describe("The model that is served, by its name in Unity Catalog."),
    entity_version: z.string().optional().describe("The version of that model."),
    foundation_model: servedModel.optional().describe("The model of Databricks that is served."),
  })
  .meta({ id: "ServedEntity" });

export const servingEndpoint = z
  .object({
    name: z.string().describe("The endpoint's name."),
    id: z.string().optional().describe("The endpoint's id, which permissions use."),
    description: z.string().optional().describe("The endpoint's description."),
    task: openEnum(
      "ServingTask",
      ["llm/v1/chat", "llm/v1/completions", "llm/v1/embeddings", "agent/v1/responses", "agent/v1/chat"],
      "What it is asked and answers. Absent for a custom model.",
    ).optional(),
    state: z
      .object({
        ready: openEnum(
          "ServingReadiness",
          ["READY", "NOT_READY"],
          "Whether the endpoint answers.",
        ).optional(),
        config_update: openEnum(
          "ServingConfigUpdate",
          ["NOT_UPDATING", "IN_PROGRESS", "UPDATE_FAILED", "UPDATE_CANCELED"],
          "How the change of its configuration goes.",
        ).optional(),
      })
      .meta({ id: "ServingEndpointState" })
      .optional()
      .describe("Whether it can be queried."),
    config: z
      .object({
        served_entities: z.array(servedEntity).optional().describe("The models behind the endpoint."),
      })
      .meta({ id: "ServingEndpointConfig" })
      .optional()
      .describe("What it serves."),
    creator: z.string().optional().describe("Who created it."),
    creation_timestamp: epochMs.optional().describe("When it was created, in milliseconds since 1970."),
    last_updated_timestamp: epochMs
      .optional()
      .describe("When it was last changed, in milliseconds since 1970."),
  })
  .meta({ id: "ServingEndpoint" });

export const exampleServingEndpoint = {
  name: "echo-chat",
  task: "llm/v1/chat",
  state: { ready: "READY", config_update: "NOT_UPDATING" },
  config: { served_entities: [{ name: "echo-chat-1" }] },
};
