import { ApiError, permissionDenied } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { json } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { Seed } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";
import { chatRequest, echoChat } from "./echo-chat.ts";
import { embeddingRequest, hashEmbeddings } from "./hash-embedding.ts";

type Endpoint = Seed["servingEndpoints"][number];

/** Both can be asked for with a body as large as Databricks takes. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
/** The day on which the built-in models came to be. */
const CREATED_AT = Date.UTC(2026, 10, 1);

const MODELS = {
  "echo-chat": {
    task: "llm/v1/chat",
    description: "No language model: it answers with the last message of the user, word by word.",
  },
  "hash-embedding": {
    task: "llm/v1/embeddings",
    description: "No language model: a vector of 64 numbers, made from hashes of the words of a text.",
  },
} as const;

/** `/api/2.0/serving-endpoints` and the calls of the built-in models, which say what they are. */
export function servingEndpoints(workspace: Workspace): Route[] {
  const all = "/api/2.0/serving-endpoints";
  const { servingEndpoints: endpoints, owner } = workspace.seed;
  const find = ({ params, principal }: Call, permission: "View" | "Query"): Endpoint => {
    const found = endpoints.find(({ name }) => name === params.name);
    if (found === undefined) {
      // Seen in databricks-demos/dbdemos, issue 220.
      const message = `Endpoint with name '${params.name}' does not exist.`;
      throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", message);
    }
    if (mayUse(found, principal)) return found;
    // Seen in databricks-demos/dbdemos, issue 218.
    throw permissionDenied(`User does not have permission '${permission}' on Endpoint ${found.name}`);
  };
  return [
    {
      method: "GET",
      pattern: all,
      handle: ({ principal }) =>
        json({
          endpoints: endpoints.filter((one) => mayUse(one, principal)).map((one) => present(one, owner)),
        }),
    },
    { method: "GET", pattern: `${all}/:name`, handle: (call) => json(present(find(call, "View"), owner)) },
    {
      method: "POST",
      pattern: "/serving-endpoints/:name/invocations",
      handle: async (call) => {
        const { name, model } = find(call, "Query");
        return model === "echo-chat"
          ? echoChat(name, await readJson(call.req, chatRequest, BODY_BYTES_MAX))
          : json(hashEmbeddings(name, await readJson(call.req, embeddingRequest, BODY_BYTES_MAX)));
      },
    },
  ];
}

function mayUse({ users }: Endpoint, { admin, name }: Principal): boolean {
  return admin || users === undefined || users.includes(name);
}

function present({ name, model }: Endpoint, creator: string): object {
  const { task, description } = MODELS[model];
  return {
    name,
    id: Buffer.from(name).toString("hex"),
    description,
    creator,
    task,
    creation_timestamp: CREATED_AT,
    last_updated_timestamp: CREATED_AT,
    state: { ready: "READY", config_update: "NOT_UPDATING" },
    config: {
      served_entities: [{ name: `${name}-1`, foundation_model: { name: model, description } }],
    },
  };
}
