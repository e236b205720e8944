import type { Seed } from "../state/seed.ts";

/** The user or service principal that a bearer token identifies. */
export interface Principal {
  kind: "user" | "servicePrincipal";
  /** The userName or the application id, which owners and grants refer to. */
  name: string;
  id: string;
  displayName: string;
  givenName?: string | undefined;
  familyName?: string | undefined;
  admin: boolean;
}

export function principalsOf(seed: Seed): Principal[] {
  return [
    ...seed.users.map((user): Principal => ({ kind: "user", name: user.userName, ...user })),
    ...seed.servicePrincipals.map(
      (one): Principal => ({ kind: "servicePrincipal", name: one.applicationId, ...one }),
    ),
  ].map(({ kind, name, id, displayName, givenName, familyName, admin }) => ({
    kind,
    name,
    id,
    displayName,
    givenName,
    familyName,
    admin,
  }));
}
