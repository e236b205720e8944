import { Link, useLocation } from "@tanstack/react-router";
import { isSignInRefused, signInSearch } from "./is-sign-in-refused.ts";

/** The way to sign in and back to this page, for an error that says that nobody has. Otherwise nothing. */
export function SignInLink({ error }: { readonly error: Error | undefined }) {
  const { pathname, href } = useLocation();
  if (error === undefined || !isSignInRefused(error) || pathname === "/sign-in") return undefined;
  return (
    <Link className="button primary" to="/sign-in" search={signInSearch(error, href)}>
      Sign in
    </Link>
  );
}
