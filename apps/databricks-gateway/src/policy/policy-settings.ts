import { commaSeparated, oneOf, trueOrFalse } from "@front-door/service-runtime";
import * as z from "zod";

/** The settings for what operations may do, and as which identity. */
export const policySettings = {
  IDENTITY_POLICY: oneOf(["user", "service", "user-or-service"]).default("user-or-service"),
  IDENTITY_POLICY_OPERATIONS: commaSeparated.default([]),
  ALLOWED_OPERATIONS: commaSeparated.optional(),
  ALLOWED_CATALOGS: commaSeparated.optional(),
  ALLOWED_VOLUME_ROOTS: commaSeparated.optional(),
  READ_ONLY: trueOrFalse,
  ALLOW_UNCONFINED_SQL: trueOrFalse,
};

const settings = z.object(policySettings);

export type PolicySettings = z.output<typeof settings>;
