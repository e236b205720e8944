/** As whom operations of callers with a JWT run. */
export const runAsChoices = ["gateway", "user", "service-principal"] as const;

export type RunAs = (typeof runAsChoices)[number];
