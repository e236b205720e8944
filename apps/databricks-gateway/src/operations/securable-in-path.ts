import { fullNameInPath } from "./full-name.ts";

interface SecurableParams {
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly name: string;
}

/** The full name of any object of Unity Catalog, for a path of Databricks. */
export function securableInPath({ catalog, schema, name }: SecurableParams): string {
  return fullNameInPath(...[catalog, schema, name].filter((part) => part !== undefined));
}
