import * as z from "zod";
import type { Target } from "../target.ts";

/** Nothing else is let into the path of a request. */
function genieId(what: string) {
  return z
    .string()
    .regex(/^[0-9A-Za-z_-]{1,64}$/, `must be the id of a ${what}`)
    .describe(`The id of a ${what}.`);
}

export const spaceParams = { space_id: genieId("Genie space") };
/** Databricks' id, and a signature. */
const conversationId = z
  .string()
  .regex(
    /^[0-9A-Za-z_-]{1,64}(\.[\w-]{1,64})?$/,
    "must be the id of a conversation, as the reply to its first question has it",
  )
  .describe("The conversation's id, from the reply to its first question.");

export const conversationParams = { ...spaceParams, conversation_id: conversationId };
export const messageParams = { ...conversationParams, message_id: genieId("message") };
export const attachmentParams = { ...messageParams, attachment_id: genieId("message's attachment") };

export const question = z.string().trim().min(1).max(20_000).describe("The question, in plain words.");

interface GenieParams {
  readonly space_id: string;
  readonly conversation_id?: string;
  readonly message_id?: string;
  readonly attachment_id?: string;
}

/** The space, with what of it the parameters name. */
export function genieTarget({ space_id, conversation_id, message_id, attachment_id }: GenieParams): Target {
  return {
    kind: "resource",
    type: "space",
    id: space_id,
    ...(conversation_id === undefined ? {} : { parts: { conversation_id, message_id, attachment_id } }),
  };
}

export const exampleSpaceId = "01f0c0ffee001e5f8a9b0c1d2e3f4a5b";
export const exampleMessage = {
  space_id: exampleSpaceId,
  conversation_id: "01f0c0ffee011e5f8a9b0c1d2e3f4a5b.Zf3tW0oN5yVqk1uJ8mXcR2bLhE7sTgD4iPaQnU6vK9Y",
  message_id: "01f0c0ffee021e5f8a9b0c1d2e3f4a5b",
};
export const exampleAttachmentId = "01f0c0ffee031e5f8a9b0c1d2e3f4a5b";
