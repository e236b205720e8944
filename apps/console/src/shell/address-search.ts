/** The parameters of an address, each as it is written: the router's own way makes a number of `1.0` and a boolean of `true`. */
export function parsedSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** The reverse of {@link parsedSearch}. What is no text is left out. */
export function searchText(parameters: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  );
  const text = new URLSearchParams(given).toString();
  return text === "" ? "" : `?${text}`;
}
