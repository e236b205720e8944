import type { Seed } from "../state/seed.ts";

/** Who a bearer token stands for: a user by `userName`, a service principal by its application id. */
export interface Principal {
  kind: "user" | "servicePrincipal";
  /** What owners and grants name: the userName or the application id. */
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
