import { runRequest } from "@front-door/operations";

const { auth: authSchema } = runRequest.shape;

/** The token of an `Authorization` header, or undefined when the header is another one or its token cannot be one. */
export function bearerToken(header: string): string | undefined {
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  return isToken(token) ? token : undefined;
}

/** Whether the gateway takes the text for a token. */
export function isToken(text: string | undefined): text is string {
  return text !== undefined && authSchema.safeParse({ token: text }).success;
}
