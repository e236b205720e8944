import { createHmac } from "node:crypto";
import { OperationError } from "@front-door/operations";
import { derivedKey } from "@front-door/service-runtime";
import { type IdOwner, type IdPurpose, ownerOf, SignedIds } from "../signed-ids.ts";

export interface QueryTag {
  readonly key: string;
  readonly value: string;
}

const tagName = "front_door_caller";

/** The ids of one caller's statements at one workspace. `open` throws NOT_FOUND. */
export class StatementIds extends SignedIds {
  readonly #tagKey: Buffer;

  constructor(purpose: IdPurpose, tagKey: Buffer, owner: IdOwner) {
    super(purpose, owner);
    this.#tagKey = tagKey;
  }

  /** The query tag of this caller's statements. Its value tells nobody who the caller is. */
  get tag(): QueryTag {
    const owner = JSON.stringify(ownerOf(this.owner));
    return { key: tagName, value: createHmac("sha256", this.#tagKey).update(owner).digest("base64url") };
  }
}

export function statementSigner(secret: string): (owner: IdOwner) => StatementIds {
  const purpose = { key: derivedKey(secret, "front-door statement id"), notFound: statementNotFound };
  const tagKey = derivedKey(secret, "front-door statement tag");
  return (owner) => new StatementIds(purpose, tagKey, owner);
}

/** One reply for a statement of another caller, of another identity, and for one that does not exist. */
export function statementNotFound(cause?: unknown): OperationError {
  return new OperationError("NOT_FOUND", "This caller has no statement with this id.", { cause });
}
