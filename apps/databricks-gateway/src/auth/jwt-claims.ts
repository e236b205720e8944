import * as z from "zod";

const claimSet = z.record(z.string(), z.unknown());

/** The claims of a JSON Web Token, which nobody has verified; undefined if the text is none. */
export function jwtClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
  if (payload === undefined) return undefined;
  try {
    return claimSet.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
