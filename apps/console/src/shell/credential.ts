/** What the person signed in with: an API key, or a token that is sent as a bearer. */
export type Credential = { readonly apiKey: string } | { readonly token: string };

const key = "front-door.credential";

/** Kept for this tab alone, until it is closed. Undefined forgets it. */
export function keepCredential(credential: Credential | undefined): void {
  if (credential === undefined) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, JSON.stringify(credential));
}

export function hasCredential(): boolean {
  return sessionStorage.getItem(key) !== null;
}

/** The headers that sign a request in. None: a proxy does, or nobody has to. */
export function credentialHeaders(): Record<string, string> {
  const stored = sessionStorage.getItem(key);
  return stored === null ? {} : headersOf(JSON.parse(stored) as Credential);
}

export function headersOf(credential: Credential): Record<string, string> {
  return "apiKey" in credential
    ? { "x-api-key": credential.apiKey }
    : { authorization: `Bearer ${credential.token}` };
}
