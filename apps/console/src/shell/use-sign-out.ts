import { frontDoorKey } from "@front-door/api-client/tanstack-query";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { hasCredential, keepCredential } from "./credential.ts";
import { frontDoor } from "./front-door.ts";

/** Ends the session of this browser, or forgets the credential of this tab, and opens the sign-in. */
export function useSignOut() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      // Whoever is not signed out at the server is not told so.
      if (!hasCredential()) await frontDoor.endSession();
      keepCredential(undefined);
      await navigate({ to: "/sign-in" });
      // What the cache has belongs to whoever was signed in.
      await cache.resetQueries({ queryKey: frontDoorKey(frontDoor) });
    },
  });
}
