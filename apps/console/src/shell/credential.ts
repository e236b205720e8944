import { onKeptElsewhere } from "./kept.ts";
import { keptText } from "./kept-text.ts";

/** What the person signed in with: an API key, or a token that is sent as a bearer. */
export type Credential = { readonly apiKey: string } | { readonly token: string };

const stored = keptText("front-door.credential", () => sessionStorage);
const person = keptText("front-door.person", () => sessionStorage);
const sessionKey = "front-door.session";
/** When the session of this browser's cookie ends, and whose it is. Each sign-in makes another text. */
const session = keptText(sessionKey);
const listeners = new Set<() => void>();
const waiting = new Set<() => void>();

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
  if (!hasCredential()) session.set(undefined);
  stored.set(undefined);
  forgetPerson();
}

/** Calls `forget` when the person of this tab has signed out, or is another one. */
export function onPersonChange(forget: () => void): void {
  listeners.add(forget);
}

/** Calls `goOn` when the front door knows the person of this tab, who may have had to sign in again. */
export function onPersonKnown(goOn: () => void): void {
  waiting.add(goOn);
}

/** Takes the user name that the front door gives for this tab's requests. Returns whether it is another person's. */
export function keepPerson(userName: string): boolean {
  const before = person.get() ?? (hasCredential() ? undefined : personOfSession());
  person.set(userName);
  if (before !== undefined && before !== userName) {
    tellPersonChange();
    return true;
  }
  for (const goOn of waiting) goOn();
  return false;
}

/** Takes the session that signs this tab in by a cookie, for the browser's other windows. Undefined: no cookie signs in here. */
export function keepSession(of: { readonly userName: string; readonly endsAt: string } | undefined): void {
  if (!hasCredential()) session.set(of && `${of.endsAt} ${of.userName}`);
}

/** Calls `changed` when somebody has signed in or out by the cookie of this tab in another window of the browser. */
export function onSessionElsewhere(changed: () => void): void {
  onKeptElsewhere(sessionKey, () => {
    if (hasCredential()) return;
    if (personOfSession() !== person.get()) forgetPerson();
    changed();
  });
}

/** Whose session this browser had last. What it keeps is theirs. */
function personOfSession(): string | undefined {
  return session.get()?.replace(/^\S* /, "");
}

function forgetPerson(): void {
  person.set(undefined);
  tellPersonChange();
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
