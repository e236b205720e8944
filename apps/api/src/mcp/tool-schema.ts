import { tidySchema } from "@front-door/operations";
import * as z from "zod";

/** A JSON Schema of an object, as `tools/list` has it. */
export interface ObjectSchema {
  readonly type: "object";
  readonly [keyword: string]: unknown;
}

/**
 * The schema of a tool's arguments. Its root has neither `$ref`, `oneOf` nor `anyOf`, which the APIs of models refuse there, and no pattern:
 * every conversation pays for each token of the list, and a refusal says what the pattern would have said.
 */
export function inputSchema(params: z.ZodObject): ObjectSchema {
  return objectSchema(params, "input", (draft) => {
    delete draft["pattern"];
    if (draft["properties"] !== undefined) for (const keyword of ["oneOf", "anyOf"]) delete draft[keyword];
    tidySchema(draft);
  });
}

/** The schema of a tool's result. It is for programs: agents read the result itself, so it has no descriptions. */
export function outputSchema(result: z.ZodObject): ObjectSchema {
  return objectSchema(result, "output", (draft) => {
    tidySchema(draft);
    delete draft["pattern"];
    delete draft["description"];
  });
}

type Draft = Record<string, unknown>;

function objectSchema(
  schema: z.ZodObject,
  io: "input" | "output",
  tidy: (draft: Draft) => void,
): ObjectSchema {
  const override = ({ jsonSchema }: { readonly jsonSchema: Draft }) => tidy(jsonSchema);
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io, override }) as Draft;
  const { $schema: _, id: __, ...inlined } = inline(root, $defs as Draft) as Draft;
  return { type: "object", ...inlined };
}

/** The schema with its named parts in place. Many clients follow no references. None of our schemas contains itself. */
function inline(schema: unknown, parts: Readonly<Draft>): unknown {
  if (Array.isArray(schema)) return schema.map((each) => inline(each, parts));
  if (typeof schema !== "object" || schema === null) return schema;
  const { $ref: reference, ...others } = schema as { readonly $ref?: string } & Draft;
  if (reference !== undefined) {
    const { id: _, ...part } = parts[reference.slice("#/$defs/".length)] as Draft;
    return inline({ ...part, ...others }, parts);
  }
  const { anyOf } = others as { readonly anyOf?: readonly unknown[] };
  // Of an open enumeration: any text is one of its values.
  const text = anyOf?.find((each) => JSON.stringify(each) === '{"type":"string"}');
  if (text !== undefined) return text;
  return Object.fromEntries(Object.entries(others).map(([key, value]) => [key, inline(value, parts)]));
}
