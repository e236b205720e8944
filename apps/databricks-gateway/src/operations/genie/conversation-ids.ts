import { OperationError } from "@front-door/operations";
import { type IdOwner, idSigner, type SignedIds } from "../signed-ids.ts";

/** The ids of one caller's conversations with Genie at one workspace. `open` throws RESOURCE_DOES_NOT_EXIST. */
export function conversationSigner(secret: string): (owner: IdOwner) => SignedIds {
  return idSigner(
    secret,
    "front-door Genie conversation id",
    () => new OperationError("RESOURCE_DOES_NOT_EXIST", "This caller has no conversation with this id."),
  );
}
