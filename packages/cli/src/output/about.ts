/** A failure of something that has a path, which the words of the cause need not name. */
export class FailureAbout extends Error {
  override readonly name = "FailureAbout";
  override readonly cause: unknown;
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(path);
    this.path = path;
    this.cause = cause;
  }
}

/** Does the work. If it fails, the message says for which path. */
export async function about<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new FailureAbout(path, error);
  }
}
