import { OperationError } from "@front-door/operations";
import * as z from "zod";

const place = z.strictObject({
  catalog: z.string(),
  /** Which part of the catalog: its own name and those of its schemas, a page of its tables, or what else a schema has. */
  part: z.enum(["names", "tables", "schema"]),
  /** Of the part `schema`. */
  schema: z.string().optional(),
  /** Databricks' token of a page of tables. */
  tablesToken: z.string().optional(),
  /** The key of the last entry of the part that a page has returned. */
  after: z.string().optional(),
});

/** Where a search goes on. It says nothing that the caller may not know, and what is there is checked again. */
export type SearchPlace = z.output<typeof place>;

export function searchToken(at: SearchPlace): string {
  return Buffer.from(JSON.stringify(at)).toString("base64url");
}

/** Throws INVALID_PARAMETER_VALUE for a text that {@link searchToken} did not make. */
export function readSearchToken(token: string): SearchPlace {
  try {
    return place.parse(JSON.parse(Buffer.from(token, "base64url").toString()));
  } catch {
    const message = "must be the next_page_token of the page before";
    throw new OperationError("INVALID_PARAMETER_VALUE", `page_token: ${message}`, {
      details: [{ field: "page_token", message }],
      surelyNotRun: true,
    });
  }
}
