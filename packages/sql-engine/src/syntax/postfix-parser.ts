import type { Expression } from "./expression-ast.ts";
import { parsePrimary } from "./primary-parser.ts";
import type { TokenStream } from "./token-stream.ts";
import { parseType } from "./type-parser.ts";

/** A primary expression and what is attached to it: `[index]`, `.field`, `::type`, `:json.path`. */
export function parsePostfix(tokens: TokenStream): Expression {
  let base = parsePrimary(tokens);
  for (;;) {
    const { at } = tokens;
    if (tokens.takes("[")) {
      const index = tokens.expression();
      tokens.expect("]");
      base = { kind: "subscript", base, index, at };
    } else if (tokens.takes("::")) {
      base = { kind: "cast", operand: base, type: parseType(tokens), safe: false, at };
    } else if (tokens.sees(".") && tokens.peek(1).kind !== "number") {
      tokens.next();
      base = { kind: "field", base, name: tokens.identifier(), at };
    } else if (tokens.sees(":") && (tokens.peek(1).kind !== "symbol" || tokens.peek(1).value === "[")) {
      tokens.next();
      base = { kind: "path", base, path: parsePath(tokens), at };
    } else return base;
  }
}

/** `a.b[0]['c'].d`, after the colon. */
function parsePath(tokens: TokenStream): (string | number)[] {
  const path: (string | number)[] = [];
  if (!tokens.sees("[")) path.push(tokens.identifier());
  for (;;) {
    if (tokens.takes(".")) path.push(tokens.identifier());
    else if (tokens.takes("[")) {
      if (tokens.takes("*")) throw tokens.unsupported("JSON_PATH_WILDCARD", "[*] in a path");
      path.push(tokens.peek().kind === "string" ? tokens.string() : tokens.integer());
      tokens.expect("]");
    } else return path;
  }
}
