import { limitRefusal } from "@front-door/operations";
import { FairLimit, type FairLimitOptions } from "@front-door/service-runtime";

/**
 * A limit of `what`, in the plural. It refuses with TEMPORARILY_UNAVAILABLE (503) what finds all in use, and with
 * RESOURCE_EXHAUSTED (429) what finds its caller's share in use.
 */
export function fairLimitOf(what: string, options: Omit<FairLimitOptions, "refusal">): FairLimit {
  return new FairLimit({
    ...options,
    refusal: (reason, most) =>
      limitRefusal(
        reason,
        reason === "full"
          ? `Too many ${what} at once: the limit is ${most}.`
          : `Too many ${what} of this caller at once: its share is ${most}.`,
      ),
  });
}
