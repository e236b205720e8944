/** A request that is sent when it is awaited: once, however often that is. */
export abstract class LazyRequest<Result> implements Promise<Result> {
  readonly [Symbol.toStringTag] = "FrontDoorRequest";
  #result: Promise<Result> | undefined;

  /** Sends the request. */
  protected abstract send(): Promise<Result>;

  // A request that can be awaited or iterated, as those of other API clients.
  // oxlint-disable-next-line unicorn/no-thenable
  async then<Fulfilled = Result, Rejected = never>(
    onFulfilled?: ((result: Result) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#result ??= this.send();
    return this.#result.then(onFulfilled, onRejected);
  }

  async catch<Rejected = never>(
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Result | Rejected> {
    return this.then(undefined, onRejected);
  }

  async finally(onFinally?: (() => void) | null): Promise<Result> {
    return this.then(undefined).finally(onFinally);
  }
}
