import { nearestName } from "@front-door/service-runtime";

const lengthMax = 100;

/**
 * The end of a message about an unknown name: the known one, in snake_case, that was probably meant. It is another style of
 * the same words (`rowLimit`, `row-limit`), or one or two letters away. Empty if there is none.
 */
export function meantBy(given: string, known: readonly string[]): string {
  if (given.length > lengthMax) return "";
  const inOurStyle = given
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, "_")
    .replaceAll(/[\s.-]/g, "_")
    .toLowerCase();
  const meant = nearestName(inOurStyle, known);
  return meant === undefined ? "" : `: did you mean ${meant}?`;
}
