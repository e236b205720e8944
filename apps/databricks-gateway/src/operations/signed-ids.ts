import { createHmac, timingSafeEqual } from "node:crypto";
import type { OperationError, SignInMode } from "@front-door/operations";
import { derivedKey } from "@front-door/service-runtime";
import type { WorkspaceConfig } from "../config/workspaces.ts";

/** The ids of what one caller has made at one workspace. */
export interface SignedIds {
  /** The id to hand out for Databricks' own `id`. */
  sign(id: string): string;
  /** Databricks' id of it. Throws what the signer was given if this caller did not make it at this workspace. */
  open(signedId: string): string;
}

export interface IdOwner {
  /** Undefined: a program that called the gateway itself and named no caller. All of them count as one. */
  readonly caller: string | undefined;
  /** How the caller signed in. The same name of another mode is somebody else. */
  readonly mode?: SignInMode | undefined;
  readonly workspace: Pick<WorkspaceConfig, "origin" | "workspaceId">;
}

const separator = ".";

/** The owner as a text that no other owner has. */
export function ownerOf({ caller, mode, workspace: { origin, workspaceId } }: IdOwner) {
  return [origin, workspaceId ?? null, caller ?? null, mode ?? null];
}

/**
 * Makes the ids that callers see. Databricks knows only the identity that made something, and many callers can share the gateway's.
 * So an id is signed for its caller, with a key for this purpose that every replica with the same GATEWAY_SECRET derives.
 */
export function idSigner(
  secret: string,
  purpose: string,
  notFound: () => OperationError,
): (owner: IdOwner) => SignedIds {
  const key = derivedKey(secret, purpose);
  return (owner) => {
    const sign = (id: string) => {
      const owned = JSON.stringify([id, ...ownerOf(owner)]);
      return `${id}${separator}${createHmac("sha256", key).update(owned).digest("base64url")}`;
    };
    return {
      sign,
      open(signedId) {
        const [id = ""] = signedId.split(separator, 1);
        if (isSame(sign(id), signedId)) return id;
        throw notFound();
      },
    };
  };
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
