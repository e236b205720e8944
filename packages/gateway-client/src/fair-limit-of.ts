import { limitRefusal } from "@front-door/operations";
import { FairLimit, type FairLimitOptions } from "@front-door/service-runtime";

/**
 * A limit of `what`, in the plural, counted in `unit`. It refuses with TEMPORARILY_UNAVAILABLE (503) what finds all in
 * use, and with RESOURCE_EXHAUSTED (429) what finds its caller's share in use.
 */
export function fairLimitOf(what: string, options: Omit<FairLimitOptions, "refusal">, unit = ""): FairLimit {
  return new FairLimit({
    ...options,
    refusal: (reason, most) =>
      limitRefusal(
        reason,
        reason === "full"
          ? `Too many ${what} at once: the limit is ${most}${unit}.`
          : `This caller's ${what} exceed its share of ${most}${unit}.`,
      ),
  });
}
