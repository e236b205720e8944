import { OperationError } from "@front-door/operations";
import { readRegularFile } from "@front-door/service-runtime";
import * as z from "zod";
import type { GithubTokens, WorkloadIdentity } from "../config/own-identity.ts";
import { createTransport } from "../databricks/transport.ts";
import { inLoginServiceWords } from "./sign-in-error.ts";

const replyBytesMax = 64 * 1024;
const jwtPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const githubReply = z.object({ value: z.string().regex(jwtPattern) });

/**
 * The token by which its platform vouches for the workload, as it is now. `audience` is for a platform that makes it for the
 * audience that is asked for. Throws WORKSPACE_SIGN_IN_FAILED, or why the platform could not be asked.
 */
export function workloadToken(
  identity: WorkloadIdentity,
  audience: string,
  signal: AbortSignal,
): string | Promise<string> {
  if ("tokenFile" in identity) return tokenInFile(identity.tokenFile);
  return "github" in identity ? githubToken(identity.github, audience, signal) : identity.workloadToken;
}

/** The token in the file that DATABRICKS_OIDC_TOKEN_FILEPATH names. Throws WORKSPACE_SIGN_IN_FAILED if it has none. */
export function tokenInFile(path: string): string {
  const what = "The file that DATABRICKS_OIDC_TOKEN_FILEPATH names";
  let text: string;
  try {
    text = readRegularFile(path).trim();
  } catch (error) {
    throw failed(`${what} cannot be read.`, error);
  }
  // In the form it cannot do harm, but a reply about it would be hard to understand.
  if (!jwtPattern.test(text)) throw failed(`${what} does not contain a JSON Web Token.`);
  return text;
}

/** Asked for once in the life of a Databricks token, so no connection is kept. */
async function githubToken(github: GithubTokens, audience: string, signal: AbortSignal): Promise<string> {
  const { address, path, requestToken } = github;
  const url = new URL(path, address.origin);
  url.searchParams.set("audience", github.audience ?? audience);
  const headers = { accept: "application/json", authorization: `Bearer ${requestToken}` };
  const request = { method: "GET", path: `${url.pathname}${url.search}`, headers, signal } as const;
  const transport = createTransport(address);
  try {
    const { status, body } = await transport.exchange({ ...request, bytesMax: () => replyBytesMax });
    if (status !== 200) throw failed(`GitHub refused to issue a token for this job: it answered ${status}.`);
    return readValue(body.toString());
  } catch (error) {
    throw inLoginServiceWords(error, "GitHub", address.origin);
  } finally {
    await transport.close();
  }
}

/** Without the error that was caught, which can quote the token. */
function readValue(text: string): string {
  try {
    return githubReply.parse(JSON.parse(text)).value;
  } catch {
    throw failed("GitHub sent a reply that has no token for this job.");
  }
}

function failed(message: string, cause?: unknown): OperationError {
  return new OperationError("WORKSPACE_SIGN_IN_FAILED", message, { cause });
}
