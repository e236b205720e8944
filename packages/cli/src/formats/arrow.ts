import type { QueryRequest } from "@front-door/api-client";
import type { Sink } from "../output/terminal.ts";
import { arrowMessages, endOfStream } from "./arrow-messages.ts";

/** The Arrow stream of the reply, byte for byte. */
export async function writeArrow(query: QueryRequest, sink: Sink): Promise<undefined> {
  for await (const message of arrowMessages(query)) await sink.write(message);
  await sink.write(endOfStream);
}
