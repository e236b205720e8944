import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { readingHints } from "../read-leniently.ts";
import { targets } from "../target.ts";

export const me = defineOperation({
  name: "me",
  domain: "identity",
  since: "0.1.0",
  summary: "Gets the identity that operations run as.",
  kind: "query",
  timeoutMs: 15_000,
  errors: [],
  route: { method: "get", path: "/api/me" },
  target: targets.nothing,
  params: z.strictObject({}),
  result: z
    .object({
      user_name: z
        .string()
        .describe("The e-mail address of a user, or the application id of a service principal."),
      display_name: z.string().optional().describe("The name to show."),
      emails: z
        .array(
          z.object({
            value: z.string().describe("The address."),
            type: z.string().optional().describe("`work`, `home` or another kind."),
            primary: z.boolean().optional().describe("Whether this is the main address."),
          }),
        )
        .default([])
        .describe("E-mail addresses. Empty for a service principal.")
        .register(readingHints, { mayBeLeftOut: true }),
      id: z.string().describe("Databricks' id of the identity."),
      active: z.boolean().default(true).describe("False for an identity that was deactivated."),
      workspace_kind: z
        .enum(["databricks", "local"])
        .optional()
        .describe("Where operations run. `local`: the embedded workspace of a run without credentials."),
    })
    .meta({ id: "Me" }),
  examples: [
    {
      params: {},
      result: {
        user_name: "alice@example.com",
        display_name: "Alice Example",
        emails: [{ value: "alice@example.com", type: "work", primary: true }],
        id: "1001",
        active: true,
        workspace_kind: "databricks",
      },
    },
  ],
});
