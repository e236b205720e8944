import { OperationError } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { abandonBody } from "../../databricks/discard-body.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import { readText } from "../../databricks/read-text.ts";
import type { OpenReply } from "../../databricks/transport.ts";
import { brokenOff } from "../../databricks/transport-error.ts";
import type { Handler, OperationContext, StreamedReply } from "../handler.ts";
import { usageIn, usageInEvents } from "./reported-usage.ts";
import { wholeEvents } from "./whole-events.ts";

/** Databricks takes and sends at most 16 MB. */
const jsonReplyBytesMax = 16 * 1024 * 1024;

/** Passes the model's reply on as it is: one JSON document, or server-sent events, each as soon as it is there. */
export const queryServingEndpoint: Handler<"query_serving_endpoint"> = async (
  { endpoint_name, request },
  { signal, onTokens },
) => {
  const reply = await getWorkspaceClient().api.open(
    {
      method: "POST",
      path: `/serving-endpoints/${encodeURIComponent(endpoint_name)}/invocations`,
      headers: {
        accept: request.stream === true ? "text/event-stream" : "application/json",
        "content-type": "application/json",
      },
      body: JSON.stringify(request),
    },
    signal,
  );
  const { "content-type": type = "" } = reply.headers;
  if (/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return documentOf(reply, onTokens);
  if (/^text\/event-stream\b/i.test(type)) return eventsOf(reply, onTokens);
  abandonBody(reply.body);
  throw invalidResponse(`a body of type ${type}`);
};

async function documentOf(
  { body }: OpenReply,
  onTokens: OperationContext["onTokens"],
): Promise<StreamedReply> {
  const { text, whole } = await readText(body, jsonReplyBytesMax).catch(throwBrokenOff);
  if (!whole) throw invalidResponse("a body that is too large");
  onTokens(usageIn(parsed(text)));
  const bytes = Buffer.from(text);
  return {
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8", "content-length": String(bytes.length) },
    pieces: onePiece(bytes),
    openingPieces: 1,
    endsWithFailure: false,
  };
}

function eventsOf({ headers, body }: OpenReply, onTokens: OperationContext["onTokens"]): StreamedReply {
  // A body that ends with its connection looks whole when it breaks off.
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) {
    abandonBody(body);
    throw invalidResponse("events of no known length");
  }
  return {
    status: 200,
    headers: { "content-type": "text/event-stream" },
    pieces: counted(wholeEvents(body), onTokens),
    openingPieces: 1,
    endsWithFailure: true,
    isEvents: true,
  };
}

async function* counted(
  events: AsyncIterable<Buffer>,
  onTokens: OperationContext["onTokens"],
): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const piece of events) {
      const usage = usageInEvents(piece);
      if (usage !== undefined) onTokens(usage);
      yield piece;
    }
  } catch (error) {
    throwBrokenOff(error);
  }
}

async function* onePiece(bytes: Buffer): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidResponse("a body that is not JSON");
  }
}

function throwBrokenOff(cause: unknown): never {
  if (cause instanceof OperationError) throw cause;
  throw new OperationError("UPSTREAM_UNREACHABLE", brokenOff, { cause });
}
