import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { genieMessage, isAnswerFinal, readLeniently } from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import type { Handler } from "../handler.ts";
import { watch } from "../watch.ts";

export const watchGenieMessage: Handler<"watch_genie_message"> = async (
  params,
  { signal, conversationIds },
) => {
  const genie = service(GenieService, signal);
  const { conversation_id } = params;
  const open = { ...params, conversation_id: conversationIds.open(conversation_id) };
  return watch(
    {
      read: async () => viewOf({ ...(await genie.getMessage(open)), conversation_id }),
      isFinal: isAnswerFinal,
      distinguish: (message) => JSON.stringify(message),
      lineOf: (message) => message,
      lastLineOf: () => ({ complete: true }),
      firstPauseMs: 500,
      // Databricks asks for a call in 1 to 5 seconds.
      pauseMsMax: 5_000,
    },
    signal,
  );
};

function viewOf(message: object): Record<string, unknown> {
  const reading = readLeniently(genieMessage, message);
  if (reading.success) return reading.data;
  throw invalidResponse(`a message with odd ${reading.oddFields.join(", ")}`, { surelyNotRun: true });
}
