import { expect } from "vitest";
import type { OperationCase } from "./operation-case.ts";

const messages = [{ role: "user", content: "Say it again" }];

export const servingCases = {
  list_serving_endpoints: {
    params: () => ({}),
    expected: {
      endpoints: [
        { name: "echo-chat", task: "llm/v1/chat", state: { ready: "READY" } },
        { name: "hash-embedding", task: "llm/v1/embeddings" },
      ],
    },
    bad: { page_token: "x" },
    field: "page_token",
  },
  get_serving_endpoint: {
    params: () => ({ endpoint_name: "echo-chat" }),
    expected: {
      name: "echo-chat",
      config: {
        served_entities: [
          { foundation_model: { description: expect.stringContaining("No language model") } },
        ],
      },
    },
    bad: { endpoint_name: ".." },
    field: "endpoint_name",
    missing: { endpoint_name: "nowhere" },
    missingCode: "RESOURCE_DOES_NOT_EXIST",
    forbidden: { endpoint_name: "hash-embedding" },
  },
  query_serving_endpoint: {
    params: () => ({ endpoint_name: "echo-chat", request: { messages } }),
    expected: {
      object: "chat.completion",
      choices: [{ message: { role: "assistant", content: "Say it again" }, finish_reason: "stop" }],
    },
    bad: { endpoint_name: "a/b", request: {} },
    field: "endpoint_name",
    missing: { endpoint_name: "nowhere", request: { messages } },
    missingCode: "RESOURCE_DOES_NOT_EXIST",
    forbidden: { endpoint_name: "hash-embedding", request: { input: "a text" } },
  },
} satisfies Record<string, OperationCase>;
