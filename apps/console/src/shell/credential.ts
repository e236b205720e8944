import { keptText } from "./kept-text.ts";

/** What the person signed in with: an API key, or a token that is sent as a bearer. */
export type Credential = { readonly apiKey: string } | { readonly token: string };

const stored = keptText("front-door.credential", () => sessionStorage);
const person = keptText("front-door.person", () => sessionStorage);
const listeners = new Set<() => void>();

/**
 * Kept for this tab alone, until it is closed. Undefined forgets it, and the person: that is the sign-out. Another API key is
 * another person, whoever the keys run as.
 */
export function keepCredential(credential: Credential | undefined): void {
  if (credential !== undefined) {
    const before = stored.get();
    const now = JSON.stringify(credential);
    stored.set(now);
    if (before !== undefined && before !== now && "apiKey" in credential) tellPersonChange();
    return;
  }
  stored.set(undefined);
  person.set(undefined);
  tellPersonChange();
}

/** Calls `forget` when the person of this tab has signed out, or is another one. */
export function onPersonChange(forget: () => void): void {
  listeners.add(forget);
}

/** Takes the user name that the front door gives for this tab's requests. Returns whether it is another person's. */
export function keepPerson(userName: string): boolean {
  const before = person.get();
  person.set(userName);
  if (before === undefined || before === userName) return false;
  tellPersonChange();
  return true;
}

function tellPersonChange(): void {
  for (const forget of listeners) forget();
}

export function hasCredential(): boolean {
  return stored.get() !== undefined;
}

/** The headers that sign a request in. None: a proxy does, or nobody has to. */
export function credentialHeaders(): Record<string, string> {
  const credential = stored.get();
  return credential === undefined ? {} : headersOf(JSON.parse(credential) as Credential);
}

export function headersOf(credential: Credential): Record<string, string> {
  return "apiKey" in credential
    ? { "x-api-key": credential.apiKey }
    : { authorization: `Bearer ${credential.token}` };
}
