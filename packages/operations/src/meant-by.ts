import { nearestName } from "@front-door/service-runtime";

const lengthMax = 100;

/** Begins the hint in a message. */
export const didYouMean = "did you mean ";

/** What other interfaces, Databricks' own among them, call a parameter of ours. */
const otherNames: Readonly<Record<string, string>> = {
  statement: "sql",
  query: "sql",
  parameters: "params",
  table: "name",
  volume: "name",
  function: "name",
  file: "path",
  directory: "path",
};

/**
 * The end of a message about an unknown name: the known one, in snake_case, that was probably meant. It is another style of
 * the same words (`rowLimit`, `row-limit`), one or two letters away, has some of the same words (`limit`, `catalog_name`), or
 * is called so elsewhere. Empty if there is none.
 */
export function meantBy(given: string, known: readonly string[]): string {
  if (given.length > lengthMax) return "";
  const inOurStyle = given
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, "_")
    .replaceAll(/[\s.-]/g, "_")
    .toLowerCase();
  const meant =
    nearestName(inOurStyle, known) ?? sharingWords(inOurStyle, known) ?? calledOtherwise(inOurStyle, known);
  return meant === undefined ? "" : `: ${didYouMean}${meant}?`;
}

/** The one known name that begins with the given words, or is their beginning; else the one that ends alike. */
function sharingWords(given: string, known: readonly string[]): string | undefined {
  if (given === "") return undefined;
  const beginning = known.filter(
    (name) => `${name}_`.startsWith(`${given}_`) || `${given}_`.startsWith(`${name}_`),
  );
  if (beginning.length === 1) return beginning[0];
  const ending = known.filter((name) => `_${name}`.endsWith(`_${given}`) || `_${given}`.endsWith(`_${name}`));
  return ending.length === 1 ? ending[0] : undefined;
}

function calledOtherwise(given: string, known: readonly string[]): string | undefined {
  const name = Object.hasOwn(otherNames, given) ? otherNames[given] : undefined;
  return name !== undefined && known.includes(name) ? name : undefined;
}
