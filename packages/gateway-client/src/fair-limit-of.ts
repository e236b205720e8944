import { OperationError } from "@front-door/operations";
import { FairLimit, type FairLimitOptions } from "@front-door/service-runtime";

/**
 * A limit of `what`, in the plural, counted in `unit`. It refuses with TEMPORARILY_UNAVAILABLE (503) what finds all in
 * use, and with RESOURCE_EXHAUSTED (429) what finds its caller's share in use.
 */
export function fairLimitOf(what: string, options: Omit<FairLimitOptions, "refusal">, unit = ""): FairLimit {
  return new FairLimit({
    ...options,
    refusal: (reason, most) =>
      reason === "full"
        ? refused("TEMPORARILY_UNAVAILABLE", `Too many ${what} at once: the limit is ${most}${unit}.`)
        : refused("RESOURCE_EXHAUSTED", `This caller's ${what} exceed its share of ${most}${unit}.`),
  });
}

function refused(code: "TEMPORARILY_UNAVAILABLE" | "RESOURCE_EXHAUSTED", message: string): OperationError {
  return new OperationError(code, `${message} Try again in 1 s.`, {
    retryAfterSeconds: 1,
    surelyNotRun: true,
  });
}
