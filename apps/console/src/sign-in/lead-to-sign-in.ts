import { frontDoorKey, queryOptions } from "@front-door/api-client/tanstack-query";
import { onSessionElsewhere } from "../shell/credential.ts";
import { frontDoor } from "../shell/front-door.ts";
import { isSignInRefused, signInSearch } from "../shell/is-sign-in-refused.ts";
import { onRequestError, queryClient } from "../shell/query-client.ts";
import type { SignInSearch } from "./sign-in-route.ts";

interface Navigator {
  readonly state: { readonly location: { readonly pathname: string; readonly href: string } };
  navigate(options: { to: "/sign-in"; search: SignInSearch }): Promise<void>;
}

/**
 * Opens the sign-in page when a request is refused because nobody has signed in, and remembers the page that asked. Fetches
 * everything again when another window of the browser signs in or out, because that changes this one's session too.
 */
export function leadToSignIn(router: Navigator): void {
  onRequestError((error) => {
    if (!isSignInRefused(error)) return;
    const { pathname, href } = router.state.location;
    if (pathname === "/sign-in") return;
    void signInAgain(router, signInSearch(error, href));
  });
  onSessionElsewhere(() => void queryClient.resetQueries({ queryKey: frontDoorKey(frontDoor) }));
}

async function signInAgain(router: Navigator, search: SignInSearch): Promise<void> {
  await router.navigate({ to: "/sign-in", search });
  // The header forgets who was signed in. Not before: a refusal of it would lead here again.
  await queryClient.resetQueries({ queryKey: queryOptions(frontDoor, "me").queryKey });
}
