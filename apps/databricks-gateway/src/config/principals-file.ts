import { problemOfFile, readJsonLines, watchFileFor } from "@front-door/service-runtime";
import type { Logger } from "pino";
import * as z from "zod";

const field = z.string().min(1).max(256);

/** Who has `value` in `claim`, alone or in a list, runs as the service principal. */
const principalLine = z.strictObject({ claim: field, value: field, application_id: field });

type PrincipalLine = z.output<typeof principalLine>;

/** Reads one JSON line for each rule (see {@link readJsonLines}). */
function parsePrincipals(text: string): PrincipalLine[] {
  return readJsonLines(text, principalLine).map(([, line]) => line);
}

/** Anybody can claim an address that the provider has not verified. Some providers write the flag as a string. */
function isTrue(claim: string, { email_verified: verified }: Readonly<Record<string, unknown>>): boolean {
  return claim !== "email" || verified === true || verified === "true";
}

/** Why the file cannot be used as it is now; undefined if it can. */
export function problemOfPrincipalsFile(file: string): string | undefined {
  const problem = problemOfFile(file, parsePrincipals);
  const example = '{"claim":"groups","value":"finance","application_id":"…"}';
  return problem && `${problem}: write a line like ${example} for each role`;
}

/** The service principals that the claims of JWTs map to. */
export interface PrincipalsMap {
  /** The application id of the first line that matches the claims. */
  principalOf(claims: Readonly<Record<string, unknown>>): string | undefined;
  close(): void;
}

/**
 * The map in a file that is read again within a second of a change. A change that cannot be read keeps the map as it was, and
 * is logged as an error. Throws if the file cannot be read at the start.
 */
export function watchPrincipals(file: string, logger: Logger): PrincipalsMap {
  const lines = watchFileFor({ setting: "OIDC_PRINCIPALS_FILE", file, parse: parsePrincipals, logger });
  return {
    principalOf: (claims) =>
      lines.current.find(
        ({ claim, value }) => isTrue(claim, claims) && [claims[claim]].flat().includes(value),
      )?.application_id,
    close: () => lines.close(),
  };
}
