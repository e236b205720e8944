import { stringify } from "yaml";

/** The value as YAML, in lines that a review can compare. */
export function asYaml(value: object): string {
  return stringify(JSON.parse(JSON.stringify(value)), { aliasDuplicateObjects: false, lineWidth: 120 });
}
