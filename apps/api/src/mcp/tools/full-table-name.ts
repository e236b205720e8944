import { securableName } from "@front-door/operations";
import * as z from "zod";

const parts = z.tuple([securableName, securableName, securableName]);

/** `catalog.schema.table`, as its three parts. Names have no dots, and backquotes around one are left out. */
export const fullTableName = z.string().transform((text, context) => {
  const names = text.split(".").map((part) => /^`(.+)`$/.exec(part)?.[1]?.replaceAll("``", "`") ?? part);
  const parsed = parts.safeParse(names);
  if (parsed.success) {
    const [catalog, schema, name] = parsed.data;
    return { catalog, schema, name };
  }
  context.issues.push({ code: "custom", message: "must be catalog.schema.table", input: text });
  return z.NEVER;
});
