import { createClient, type FrontDoor } from "@front-door/api-client";
import { credentialHeaders } from "./credential.ts";
import { rememberingFetch } from "./recent-requests.ts";

const options = { baseUrl: location.origin, headers: credentialHeaders };

/** The API, as whoever has signed in. Its requests are those of the status page. */
export const frontDoor = createClient({ ...options, fetch: rememberingFetch });

/** The API as whoever has signed in now, whoever signs in later. */
export function frontDoorOfThisPerson(): FrontDoor {
  return createClient({ ...options, headers: credentialHeaders(), fetch: rememberingFetch });
}

/** The same for uploads, whose progress a browser tells only of requests that are not a `fetch`. */
export const frontDoorForUploads = createClient(options);
