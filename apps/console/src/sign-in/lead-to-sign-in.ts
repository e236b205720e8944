import { queryOptions } from "@front-door/api-client/tanstack-query";
import { frontDoor } from "../shell/front-door.ts";
import { isSignInRefused } from "../shell/is-sign-in-refused.ts";
import { onRequestError, queryClient } from "../shell/query-client.ts";

interface Navigator {
  readonly state: { readonly location: { readonly pathname: string; readonly href: string } };
  navigate(options: { to: "/sign-in"; search: { back: string } }): Promise<void>;
}

/** Opens the sign-in when a request is refused for want of it, and remembers the page that asked. */
export function leadToSignIn(router: Navigator): void {
  onRequestError((error) => {
    if (!isSignInRefused(error)) return;
    const { pathname, href } = router.state.location;
    if (pathname === "/sign-in") return;
    void signInAgain(router, href);
  });
}

async function signInAgain(router: Navigator, back: string): Promise<void> {
  await router.navigate({ to: "/sign-in", search: { back } });
  // The header forgets who was signed in. Not before: a refusal of it would lead here again.
  await queryClient.resetQueries({ queryKey: queryOptions(frontDoor, "me").queryKey });
}
