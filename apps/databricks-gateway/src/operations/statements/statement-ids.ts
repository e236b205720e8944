import { createHmac } from "node:crypto";
import { OperationError } from "@front-door/operations";
import { derivedKey } from "@front-door/service-runtime";
import { type IdOwner, idSigner, ownerOf, type SignedIds } from "../signed-ids.ts";

/** The ids of one caller's statements at one workspace. `open` throws NOT_FOUND. */
export interface StatementIds extends SignedIds {
  /** The query tag of this caller's statements. Its value tells nobody who the caller is. */
  readonly tag: QueryTag;
}

export interface QueryTag {
  readonly key: string;
  readonly value: string;
}

const tagName = "front_door_caller";

export function statementSigner(secret: string): (owner: IdOwner) => StatementIds {
  const idsOf = idSigner(secret, "front-door statement id", statementNotFound);
  const tagKey = derivedKey(secret, "front-door statement tag");
  return (owner) => ({
    get tag() {
      const value = createHmac("sha256", tagKey)
        .update(JSON.stringify(ownerOf(owner)))
        .digest("base64url");
      return { key: tagName, value };
    },
    ...idsOf(owner),
  });
}

/** One reply for a statement of another caller, of another identity, and for one that does not exist. */
export function statementNotFound(cause?: unknown): OperationError {
  return new OperationError("NOT_FOUND", "This caller has no statement with this id.", { cause });
}
