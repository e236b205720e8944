import type { Statement } from "./statement-ast.ts";
import type { TokenStream } from "./token-stream.ts";

/** `PUT 'local' INTO 'path' [OVERWRITE]`, `GET 'path' TO 'local'`, `REMOVE 'path'` and `LIST 'path'`. */
export function parseTransfer(tokens: TokenStream): Statement {
  const { at } = tokens;
  const { upper } = tokens.next();
  const first = tokens.string();
  switch (upper) {
    case "PUT": {
      tokens.expect("INTO");
      const path = tokens.string();
      const overwrite = tokens.takes("OVERWRITE");
      return { kind: "transfer", operation: "PUT", path, localFile: first, overwrite, at };
    }
    case "GET":
      tokens.expect("TO");
      return {
        kind: "transfer",
        operation: "GET",
        path: first,
        localFile: tokens.string(),
        overwrite: false,
        at,
      };
    case "REMOVE":
      return { kind: "transfer", operation: "REMOVE", path: first, overwrite: false, at };
    default:
      return { kind: "list_files", path: first, at };
  }
}
