import { createHmac, timingSafeEqual } from "node:crypto";
import { OperationError, type SignInMode } from "@front-door/operations";
import { derivedKey } from "@front-door/service-runtime";
import type { WorkspaceConfig } from "../../config/workspaces.ts";

/** The ids of one caller's statements at one workspace. */
export interface StatementIds {
  /** The query tag of this caller's statements. Its value tells nobody who the caller is. */
  readonly tag: QueryTag;
  /** The id to hand out for Databricks' own `id`. */
  sign(id: string): string;
  /** Databricks' id of a statement. Throws NOT_FOUND if this caller did not submit it to this workspace. */
  open(statementId: string): string;
}

export interface QueryTag {
  readonly key: string;
  readonly value: string;
}

export interface StatementOwner {
  /** Undefined: a program that called the gateway itself and named no caller. All of them count as one. */
  readonly caller: string | undefined;
  /** How the caller signed in. The same name of another mode is somebody else. */
  readonly mode?: SignInMode | undefined;
  readonly workspace: Pick<WorkspaceConfig, "origin" | "workspaceId">;
}

const separator = ".";
const tagName = "front_door_caller";

/**
 * Makes the ids that callers see. Databricks knows only the identity that submitted a statement, and many callers can share
 * the gateway's. So an id is signed for its caller, with a key that every replica with the same GATEWAY_SECRET derives.
 */
export function statementSigner(secret: string): (owner: StatementOwner) => StatementIds {
  const key = derivedKey(secret, "front-door statement id");
  const tagKey = derivedKey(secret, "front-door statement tag");
  return ({ caller, mode, workspace: { origin, workspaceId } }) => {
    const owner = [origin, workspaceId ?? null, caller ?? null, mode ?? null];
    const sign = (id: string) => {
      const owned = JSON.stringify([id, ...owner]);
      return `${id}${separator}${createHmac("sha256", key).update(owned).digest("base64url")}`;
    };
    return {
      get tag() {
        const value = createHmac("sha256", tagKey).update(JSON.stringify(owner)).digest("base64url");
        return { key: tagName, value };
      },
      sign,
      open(statementId) {
        const [id = ""] = statementId.split(separator, 1);
        if (isSame(sign(id), statementId)) return id;
        throw statementNotFound();
      },
    };
  };
}

/** One reply for a statement of another caller, of another identity, and for one that does not exist. */
export function statementNotFound(cause?: unknown): OperationError {
  return new OperationError("NOT_FOUND", "This caller has no statement with this id.", { cause });
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
