import { parseName } from "./name-parser.ts";
import type { GrantTarget, Statement } from "./statement-ast.ts";
import type { TokenStream } from "./token-stream.ts";

const TARGETS = ["CATALOG", "SCHEMA", "TABLE", "VIEW", "VOLUME"] as const;

/** `GRANT SELECT, USE SCHEMA ON SCHEMA s TO p`, and REVOKE … FROM. */
export function parseGrant(tokens: TokenStream): Statement {
  const { at } = tokens;
  const revokes = tokens.next().upper === "REVOKE";
  const privileges = tokens.list(() => parsePrivilege(tokens));
  tokens.expect("ON");
  const target = parseTarget(tokens);
  tokens.expect(revokes ? "FROM" : "TO");
  return { kind: "grant", revokes, privileges, target, principal: parsePrincipal(tokens), at };
}

/** `SHOW GRANTS [principal] ON …`, after its first two words. */
export function parseShowGrants(tokens: TokenStream, at: number): Statement {
  const principal = tokens.sees("ON") ? {} : { principal: parsePrincipal(tokens) };
  tokens.expect("ON");
  return { kind: "show_grants", ...principal, target: parseTarget(tokens), at };
}

function parsePrivilege(tokens: TokenStream): string {
  const words = [tokens.identifier()];
  while (tokens.peek().kind === "word" && !tokens.sees("ON")) words.push(tokens.identifier());
  return words.join(" ").toUpperCase();
}

function parseTarget(tokens: TokenStream): GrantTarget {
  if (tokens.seesAny("METASTORE", "FUNCTION", "SHARE", "CONNECTION", "EXTERNAL", "STORAGE", "MODEL"))
    throw tokens.unsupported("GRANT_TARGET", `grants on ${tokens.peek().upper}`);
  const object = tokens.takes("DATABASE") ? "SCHEMA" : TARGETS.find((word) => tokens.takes(word));
  return { object: object ?? "TABLE", name: parseName(tokens) };
}

function parsePrincipal(tokens: TokenStream): string {
  return tokens.peek().kind === "string" ? tokens.string() : tokens.identifier();
}
