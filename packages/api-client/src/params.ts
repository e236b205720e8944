/** What a generated type says about a request. */
interface RequestParts {
  readonly path?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

type Part<Value> = [NonNullable<Value>] extends [never] ? unknown : NonNullable<Value>;
type Flat<Value> = [keyof Value] extends [never]
  ? Readonly<Record<string, never>>
  : { [Key in keyof Value]: Value[Key] };

/** All parameters of an operation in one object, whether they travel in the path, in the query or in the body. */
export type Params<Data extends RequestParts> = Flat<
  Part<Data["path"]> & Part<Data["query"]> & Part<Data["body"]>
>;
