import * as z from "zod";

interface ReadingHint {
  /** Makes the field from those beside it where it is missing or odd. */
  readonly derive?: (beside: Readonly<Record<string, unknown>>) => unknown;
  /** False for an optional field whose absence says something, as that of a page token does. True for one with a default. */
  readonly mayBeLeftOut?: boolean;
}

/** What {@link readLeniently} knows about a field besides its schema. Registered last: `describe` makes a copy. */
export const readingHints = z.registry<ReadingHint>();

export type LenientReading =
  | { readonly success: true; readonly data: Record<string, unknown>; readonly oddFields: readonly string[] }
  /** The required fields that are missing or odd. */
  | { readonly success: false; readonly oddFields: readonly string[] };

/** Each round mends every issue of the one before it, so this is a depth. */
const roundsMax = 8;
const namesMax = 20;

/**
 * Parses a result of Databricks, whose replies grow and vary. Unknown fields are left out, and so are null, which Databricks
 * writes for an absent value, and an optional field that is odd or has something odd in it. `oddFields` names those, each
 * with the issue's code and never with a value, at most 20. A required field stays required, in an entry of a list too: a
 * list without the entry would look complete.
 */
export function readLeniently(schema: z.ZodObject, given: unknown): LenientReading {
  const asGiven = schema.safeParse(given);
  if (asGiven.success) return { success: true, data: asGiven.data, oddFields: [] };
  const value: unknown = structuredClone(given);
  const names = new Set<string>();
  let { issues } = asGiven.error;
  for (let round = 0; round < roundsMax; round++) {
    const hopeless = issues.filter(
      (issue) => !mend(schema, value, issue.path, () => names.add(nameOf(issue))),
    );
    if (hopeless.length > 0) return { success: false, oddFields: firstOf(hopeless.map(nameOf)) };
    const parsed = schema.safeParse(value);
    if (parsed.success) return { success: true, data: parsed.data, oddFields: firstOf([...names]) };
    issues = parsed.error.issues;
  }
  return { success: false, oddFields: firstOf(issues.map(nameOf)) };
}

function firstOf(names: readonly string[]): readonly string[] {
  return names.slice(0, namesMax);
}

function nameOf({ path, code }: z.core.$ZodIssue): string {
  return `${path.join(".")} (${code})`;
}

/** Removes or replaces what the issue at `path` is about. Calls `onOdd` unless it was null. Returns false if it is required. */
function mend(schema: z.ZodType, value: unknown, path: readonly PropertyKey[], onOdd: () => void): boolean {
  const steps = stepsTo(schema, value, path);
  const last = steps.at(-1);
  if (last === undefined) return false;
  const { parent, key } = last;
  // Another issue of the same round has removed what this one is in.
  if (steps.length < path.length && parent[key] === undefined) return true;
  if (parent[key] === null && isAbsentable(last.schema)) {
    delete parent[key];
    return true;
  }
  const derived = readingHints.get(last.schema)?.derive?.(parent);
  if (derived !== undefined && derived !== parent[key]) {
    parent[key] = derived;
    onOdd();
    return true;
  }
  const dropped = steps.findLast((step) => mayBeLeftOut(step.schema) !== undefined);
  if (dropped === undefined || !mayBeLeftOut(dropped.schema)) return false;
  delete dropped.parent[dropped.key];
  onOdd();
  return true;
}

/** Undefined for a required field, whose oddness is that of what it is in. */
function mayBeLeftOut(schema: z.ZodType): boolean | undefined {
  return readingHints.get(schema)?.mayBeLeftOut ?? (schema instanceof z.ZodOptional ? true : undefined);
}

interface Step {
  readonly parent: Record<PropertyKey, unknown>;
  readonly key: PropertyKey;
  readonly schema: z.ZodType;
}

/** The fields and entries on the way to `path`, as far as the value and the schema go. */
function stepsTo(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): Step[] {
  const steps: Step[] = [];
  let here = { schema, value };
  for (const key of path) {
    const inner = schemaAt(here.schema, key);
    if (inner === undefined || typeof here.value !== "object" || here.value === null) break;
    const parent = here.value as Record<PropertyKey, unknown>;
    steps.push({ parent, key, schema: inner });
    here = { schema: inner, value: parent[key] };
  }
  return steps;
}

function schemaAt(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  const bare = withoutWrappers(schema);
  // The types of zod's core, which its classes fill.
  if (bare instanceof z.ZodObject) return (bare.shape as Record<PropertyKey, z.ZodType>)[key];
  return bare instanceof z.ZodArray ? (bare.element as z.ZodType) : undefined;
}

function withoutWrappers(schema: z.ZodType): z.ZodType {
  let bare = schema;
  while (isAbsentable(bare) || bare instanceof z.ZodNullable) bare = bare.unwrap() as z.ZodType;
  return bare;
}

function isAbsentable(schema: z.ZodType): schema is z.ZodOptional | z.ZodDefault {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
}
