import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, startGateway, startWorkspace } from "./gateway-under-test.ts";
import { allowSignIn, appSettings, beginSignIn, complete, redirectUri, signIn } from "./sign-in-under-test.ts";

let workspace: LocalWorkspace;
let other: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  [workspace, other] = await Promise.all([startWorkspace(), startWorkspace()]);
  await Promise.all([allowSignIn(workspace), allowSignIn(other)]);
  gateway = await startGateway(workspace.url, { DATABRICKS_TOKEN: "local-token-alice", ...appSettings });
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([workspace.close(), other.close()]);
});
afterEach(() => workspace.clearFaults());

const me = (session: string) => gateway.run("me", {}, { session });
const tokenRequests = () => workspace.requests().filter(({ path }) => path === "/oidc/v1/token");
const revoke = (user: string, kind: "access" | "refresh") =>
  workspace.changeCredentials({ revokeIssuedTokensOf: { principal: `${user}@example.com`, kind } });

describe("a session", () => {
  test("runs operations as the person who signed in, and sees what Unity Catalog lets them see", async () => {
    const [alice, bob] = [await signIn(gateway, "alice"), await signIn(gateway, "bob")];
    expect(alice).toMatch(/^fds_[\w-]{43}$/);
    expect((await me(alice)).body.user_name).toBe("alice@example.com");
    expect((await me(bob)).body.user_name).toBe("bob@example.com");
    const names = async (session: string) => {
      const { body } = await gateway.run("list_catalogs", {}, { session });
      return (body.catalogs as { name: string }[]).map(({ name }) => name);
    };
    expect(await names(alice)).toContain("finance");
    expect(await names(bob)).not.toContain("finance");
  });
});
