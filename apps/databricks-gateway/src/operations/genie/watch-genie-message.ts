import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { genieMessage, isAnswerFinal, readLeniently, resultMediaType } from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import type { Handler } from "../handler.ts";
import { pause, withPatience } from "../with-patience.ts";

const pauseMsFirst = 500;
/** Databricks asks for no more than a call in 1 to 5 seconds. */
const pauseMsMax = 5_000;

/** A failure of the first call is an error reply. After it, Databricks may be too busy for a while. */
export const watchGenieMessage: Handler<"watch_genie_message"> = async (
  params,
  { signal, conversationIds },
) => {
  const genie = service(GenieService, signal);
  const { conversation_id } = params;
  const open = { ...params, conversation_id: conversationIds.open(conversation_id) };
  return {
    status: 200,
    headers: { "content-type": `${resultMediaType.ndjson}; charset=utf-8` },
    pieces: changesOf(async () => viewOf({ ...(await genie.getMessage(open)), conversation_id }), signal),
    openingPieces: 1,
    endsWithFailure: true,
  };
};

async function* changesOf(
  read: () => Promise<Record<string, unknown>>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  let message = await read();
  let line = JSON.stringify(message);
  yield Buffer.from(`${line}\n`);
  for (let pauseMs = pauseMsFirst; !isAnswerFinal(message); pauseMs *= 2) {
    await pause(Math.min(pauseMs, pauseMsMax), signal);
    message = await withPatience(signal, read);
    const next = JSON.stringify(message);
    if (next !== line) yield Buffer.from(`${next}\n`);
    line = next;
  }
  yield Buffer.from('{"complete":true}\n');
}

function viewOf(message: object): Record<string, unknown> {
  const reading = readLeniently(genieMessage, message);
  if (reading.success) return reading.data;
  throw invalidResponse(`a message with odd ${reading.oddFields.join(", ")}`, { surelyNotRun: true });
}
