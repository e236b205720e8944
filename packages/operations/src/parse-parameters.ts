import type * as z from "zod";
import { OperationError } from "./errors.ts";
import { issueWords } from "./issue-words.ts";
import { didYouMean, meantBy } from "./meant-by.ts";
import { namesAt } from "./names-at.ts";

/**
 * The value as parsed by `schema`. Throws an INVALID_PARAMETER_VALUE error that names every refused field. `subject` is what
 * the value is, for an error about all of it.
 */
export function parseParameters<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  subject = "",
): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: issueWords });
  if (!parsed.success) throw toInvalidParameterError(parsed.error, schema, subject);
  return parsed.data;
}

const refusedFieldsMax = 20;
const fieldLengthMax = 200;

/** One 400 that names the refused fields, in the schema's order: at most 20 of them. */
function toInvalidParameterError(error: z.ZodError, schema: z.ZodType, subject: string): OperationError {
  const all = error.issues.slice(0, refusedFieldsMax).flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      const known = namesAt(schema, path);
      return issue.keys.slice(0, refusedFieldsMax).map((key) => ({
        field: fieldAt([...path, key]),
        message: `unknown parameter${meantBy(key, known)}`,
      }));
    }
    const { at, message } = innermost(issue, path);
    return [{ field: fieldAt(at), message }];
  });
  const details = all.slice(0, refusedFieldsMax);
  // A misspelt name is why another is missing.
  const first = details.find(({ message }) => message.includes(didYouMean)) ??
    details[0] ?? { field: "", message: "invalid" };
  const message =
    first.field === "" ? `${subject} ${first.message}`.trim() : `${first.field}: ${first.message}`;
  return new OperationError("INVALID_PARAMETER_VALUE", message, { details });
}

/** A field's name can be the caller's own, and as long as the request. */
function fieldAt(path: readonly string[]): string {
  return path.join(".").slice(0, fieldLengthMax).toWellFormed();
}

/** For a value that fits no member of a union: the problem in the member that fits best, if it is inside the value. */
function innermost(
  issue: z.core.$ZodIssue,
  path: readonly string[],
): { at: readonly string[]; message: string } {
  const within =
    issue.code === "invalid_union" ? issue.errors : issue.code === "invalid_key" ? [issue.issues] : [];
  const deepest = within
    .flatMap(([first]) => (first === undefined ? [] : [first]))
    .map((inner) => innermost(inner, [...path, ...inner.path.map(String)]))
    .toSorted((a, b) => b.at.length - a.at.length)[0];
  const goesInside =
    deepest !== undefined && (deepest.at.length > path.length || issue.code === "invalid_key");
  return goesInside ? deepest : { at: path, message: issue.message };
}
