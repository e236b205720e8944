import { type SqlError, type SqlPosition, unsupported } from "../sql-error.ts";
import type { Expression } from "./expression-ast.ts";
import type { Query } from "./query-ast.ts";
import { positionIn, syntaxErrorAt, type Token, tokenize } from "./tokens.ts";

/** Expressions contain queries and queries contain expressions: the parsers call each other through this. */
export interface Grammar {
  expression(tokens: TokenStream): Expression;
  query(tokens: TokenStream): Query;
}

const END: Token = { kind: "end", value: "end of input", upper: "", start: 0, end: 0 };
/** Deeper than anyone nests. Without a limit the parser's recursion would overflow the stack. */
const DEPTH_MAX = 400;

/** A cursor over one statement's tokens. */
export class TokenStream {
  readonly text: string;
  readonly grammar: Grammar;
  #tokens: Token[];
  #index = 0;
  #depth = 0;
  #positionals = 0;

  constructor(text: string, grammar: Grammar) {
    this.text = text;
    this.grammar = grammar;
    this.#tokens = tokenize(text);
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#index + ahead] ?? this.#tokens.at(-1) ?? END;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#index++;
    return token;
  }

  get at(): number {
    return this.peek().start;
  }

  /** True if the next tokens are these keywords or symbols, in order. */
  sees(...wanted: string[]): boolean {
    return wanted.every((one, i) => this.peek(i).upper === one);
  }

  seesAny(...wanted: string[]): boolean {
    return wanted.includes(this.peek().upper);
  }

  /** Takes these tokens if they come next. Returns whether it did. */
  takes(...wanted: string[]): boolean {
    if (!this.sees(...wanted)) return false;
    this.#index += wanted.length;
    return true;
  }

  expect(...wanted: string[]): void {
    for (const one of wanted) if (!this.takes(one)) throw this.error(`: expected ${one}`);
  }

  /** Takes a name, quoted or not. Databricks reserves almost no words; callers decide which words they stop at. */
  identifier(): string {
    const token = this.peek();
    if (token.kind !== "word" && token.kind !== "quoted") throw this.error(": expected a name");
    return this.next().value;
  }

  string(): string {
    if (this.peek().kind !== "string") throw this.error(": expected a string literal");
    return this.next().value;
  }

  integer(): number {
    const token = this.peek();
    if (token.kind !== "number" || !/^\d+$/.test(token.value)) throw this.error(": expected an integer");
    return Number(this.next().value);
  }

  /** Parses `one, one, …`. */
  list<Item>(one: () => Item): Item[] {
    const items = [one()];
    while (this.takes(",")) items.push(one());
    return items;
  }

  /** Parses `(one, one, …)`, which may be empty. */
  bracketed<Item>(one: () => Item): Item[] {
    this.expect("(");
    if (this.takes(")")) return [];
    const items = this.list(one);
    this.expect(")");
    return items;
  }

  /** Takes one `>` of a `>>` that closes two types. */
  expectClosingAngle(): void {
    const token = this.peek();
    if (token.value.startsWith(">") && token.kind === "symbol" && token.value.length > 1) {
      const rest = token.value.slice(1);
      this.#tokens[this.#index] = { ...token, value: rest, upper: rest, start: token.start + 1 };
    } else this.expect(">");
  }

  mark(): number {
    return this.#index;
  }

  reset(mark: number): void {
    this.#index = mark;
  }

  nextPositional(): number {
    return this.#positionals++;
  }

  nested<Result>(parse: () => Result): Result {
    if (++this.#depth > DEPTH_MAX) throw this.unsupported("NESTING", `nesting deeper than ${DEPTH_MAX}`);
    const result = parse();
    this.#depth--;
    return result;
  }

  expression(): Expression {
    return this.grammar.expression(this);
  }

  query(): Query {
    return this.grammar.query(this);
  }

  position(at = this.at): SqlPosition {
    return positionIn(this.text, at);
  }

  error(hint = ""): SqlError {
    const token = this.peek();
    const near = token.kind === "end" ? token.value : this.text.slice(token.start, token.end);
    return syntaxErrorAt(this.text, token.start, near, hint);
  }

  unsupported(what: string, construct: string): SqlError {
    return unsupported(what, construct, this.position());
  }
}
