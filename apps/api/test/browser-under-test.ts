import type { LocalWorkspace } from "@front-door/local-workspace";
import { type Answer, type CallInit, type Stack } from "./start-stack.ts";

export const app = {
  clientId: "front-door-under-test",
  name: "Front door under test",
  clientSecret: "secret-of-the-front-door-under-test",
  singleUseRefreshTokens: true,
};
/** The gateway's settings for this app. */
export const appSettings = {
  DATABRICKS_OAUTH_CLIENT_ID: app.clientId,
  DATABRICKS_OAUTH_CLIENT_SECRET: app.clientSecret,
};

/** Registers the app for the stacks' addresses, and lets a test pick the user without Databricks' page. */
export async function allowSignIn(workspace: LocalWorkspace, urls: readonly string[]): Promise<void> {
  const redirectUrls = urls.map((url) => `${url}/auth/callback`);
  await workspace.changeCredentials({ addOAuthApp: { ...app, redirectUrls }, signInByHint: true });
}

/** The cookies of one browser, and requests as its pages and its address bar send them. */
export class BrowserUnderTest {
  readonly cookies = new Map<string, string>();
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  get session(): string {
    return this.cookies.get("front-door-session") ?? "";
  }

  /** From a page of the front door, unless the headers say something else. */
  async call(method: string, path: string, init: CallInit = {}): Promise<Answer> {
    const cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join("; ");
    const isRead = method === "GET";
    const answer = await this.#stack.call(method, path, {
      ...init,
      headers: {
        ...(cookie === "" ? {} : { cookie }),
        "sec-fetch-site": "same-origin",
        ...(isRead ? {} : { origin: this.#stack.url }),
        ...init.headers,
      },
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) this.#keep(line);
    return answer;
  }

  /** Where Databricks sends the browser once `user` has signed in there, as a path of the front door. */
  async signInAtDatabricks(user: string, returnTo = "/"): Promise<string> {
    const login = await this.call("GET", `/auth/login?return_to=${encodeURIComponent(returnTo)}`);
    const page = `${String(login.headers["location"])}&login_hint=${user}@example.com`;
    const { headers, body } = await fetch(page, { redirect: "manual" });
    await body?.cancel();
    const back = new URL(headers.get("location") ?? "");
    return `${back.pathname}${back.search}`;
  }

  async signIn(user: string, returnTo?: string): Promise<Answer> {
    return this.call("GET", await this.signInAtDatabricks(user, returnTo));
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const expires = attributes.find((each) => each.startsWith("Expires="))?.slice("Expires=".length);
    if (Date.parse(expires ?? "") <= Date.now()) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
