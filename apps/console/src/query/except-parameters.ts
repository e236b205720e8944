import type { CompletionSource } from "@codemirror/autocomplete";

/** Offers nothing for the name of a parameter, `:least`, which is the person's own. Two colons come before a type. */
export function exceptParameters(complete: CompletionSource): CompletionSource {
  return (context) => (context.matchBefore(/(?:^|[^:]):\w*$/) === null ? complete(context) : null);
}
