/** Some files of a command failed, and each has been told of: exit code 1, and nothing more to say. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
}
