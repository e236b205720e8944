/** A request for the SDK, which leaves out what is undefined: its types do not know that. */
export function sdkRequest<Request extends object>(
  given: { readonly [Name in keyof Request]: Request[Name] | undefined },
): Request {
  // See above.
  return given as Request;
}
