import { createHmac, timingSafeEqual } from "node:crypto";
import type { OperationError, SignInMode } from "@front-door/operations";
import type { WorkspaceConfig } from "../config/workspaces.ts";

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

/** What ids are signed for. Every replica with the same GATEWAY_SECRET derives the same key. */
export interface IdPurpose {
  readonly key: Buffer;
  /** The error for an id that this caller was not given. */
  readonly notFound: () => OperationError;
}

/**
 * The ids of what one caller has made at one workspace. Databricks knows only the identity that made something, and many
 * callers can share the gateway's. So the id that a caller sees is signed for that caller.
 */
export class SignedIds {
  readonly #purpose: IdPurpose;
  protected readonly owner: IdOwner;

  constructor(purpose: IdPurpose, owner: IdOwner) {
    this.#purpose = purpose;
    this.owner = owner;
  }

  /** The id to hand out for Databricks' own `id`. */
  sign(id: string): string {
    const owned = JSON.stringify([id, ...ownerOf(this.owner)]);
    return `${id}${separator}${createHmac("sha256", this.#purpose.key).update(owned).digest("base64url")}`;
  }

  /** Databricks' id of it. Throws the purpose's error if this caller did not make it at this workspace. */
  open(signedId: string): string {
    const [id = ""] = signedId.split(separator, 1);
    if (isSame(this.sign(id), signedId)) return id;
    throw this.#purpose.notFound();
  }
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
