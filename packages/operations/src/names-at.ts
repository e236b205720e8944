import * as z from "zod";

/** The names that an object at `path` may have. In a union they are those of all members. */
export function namesAt(schema: z.core.$ZodType, path: readonly string[]): string[] {
  const [key, ...rest] = path;
  const bare = withoutWrappers(schema);
  if (bare instanceof z.ZodUnion) return bare.options.flatMap((option) => namesAt(option, path));
  if (key === undefined) return bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
  const inner = innerOf(bare, key);
  return inner === undefined ? [] : namesAt(inner, rest);
}

function innerOf(schema: z.core.$ZodType, key: string): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<string, z.core.$ZodType>)[key];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

function withoutWrappers(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) {
    // A preprocessing step stands in front of the schema, a transform behind it.
    return withoutWrappers(schema.in instanceof z.ZodTransform ? schema.out : schema.in);
  }
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable
    ? withoutWrappers(schema.unwrap())
    : schema;
}
