import { OperationError } from "@front-door/operations";
import { derivedKey } from "@front-door/service-runtime";
import { type IdOwner, SignedIds } from "../signed-ids.ts";

/** The ids of one caller's conversations with Genie at one workspace. `open` throws RESOURCE_DOES_NOT_EXIST. */
export function conversationSigner(secret: string): (owner: IdOwner) => SignedIds {
  const purpose = {
    key: derivedKey(secret, "front-door Genie conversation id"),
    notFound: () =>
      new OperationError("RESOURCE_DOES_NOT_EXIST", "This caller has no conversation with this id."),
  };
  return (owner) => new SignedIds(purpose, owner);
}
