import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { frontDoor } from "../shell/front-door.ts";
import { useIsTourOpen } from "./tour-state.ts";

// Most visits are not the first.
const TourCard = lazy(async () => ({ default: (await import("./tour-card.tsx")).TourCard }));

/** Three queries to begin with, for whoever comes for the first time and is signed in. */
export function Tour() {
  const isOpen = useIsTourOpen();
  const me = useQuery(queryOptions(frontDoor, "me"));
  if (!isOpen || !me.isSuccess) return null;
  return (
    <Suspense>
      <TourCard />
    </Suspense>
  );
}
