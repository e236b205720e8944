// The package ships no types, and all that is used of it is this.
declare module "ini" {
  export function parse(text: string): Record<string, unknown>;
}
