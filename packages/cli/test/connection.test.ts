import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, startStack } from "@front-door/api/test/start-stack";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInProcess } from "./run-in-process.ts";

let stack: Stack;
let folder: string;
beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), "front-door-connection-"));
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

describe("the connection", () => {
  it("comes from the named profile with everything in it, and never mixes two sources", async () => {
    const config = join(folder, "config");
    await writeFile(config, `[DEFAULT]\nurl = http://127.0.0.1:9\n[here]\nurl = ${stack.url}\n`);
    const env = { FRONT_DOOR_CONFIG_FILE: config };
    expect((await runInProcess(["me"], env)).stderr).toContain("profile DEFAULT of");
    expect((await runInProcess(["me", "--profile", "here"], env)).code).toBe(0);
    expect((await runInProcess(["me"], { ...env, FRONT_DOOR_PROFILE: "here" })).code).toBe(0);
    const elsewhere = { ...env, FRONT_DOOR_URL: "http://127.0.0.1:9", FRONT_DOOR_TOKEN: "a-secret" };
    const named = await runInProcess(["me", "--profile", "here"], elsewhere);
    // The token of the environment would be refused.
    expect(named).toMatchObject({ code: 0, stderr: "" });
  });

  it("warns of a configuration file with a credential that others can read", async () => {
    const config = join(folder, "open-config");
    await writeFile(config, `[DEFAULT]\nurl = ${stack.url}\napi_key = some-key\n`);
    await chmod(config, 0o644);
    const env = { FRONT_DOOR_CONFIG_FILE: config };
    expect((await runInProcess(["me"], env)).stderr).toContain(`chmod 600 ${config}`);
  });

  it("takes a token from a file, and no secret is in an error", async () => {
    const file = join(folder, "token");
    await writeFile(file, "dapi-not-a-token\n");
    const env = { FRONT_DOOR_URL: stack.url, FRONT_DOOR_TOKEN_FILE: file };
    const { code, stderr } = await runInProcess(["me"], env);
    expect(code).toBe(1);
    expect(stderr).toContain("Invalid access token. (");
    expect(stderr).not.toContain("dapi-not-a-token");
  });

  it.each([
    ["a token in the environment", { FRONT_DOOR_TOKEN: "a-secret" }, "set FRONT_DOOR_URL"],
    [
      "an API key in the environment",
      { FRONT_DOOR_API_KEY: "a-secret", FRONT_DOOR_URL: " " },
      "FRONT_DOOR_URL",
    ],
    ["a file with a token in the environment", { FRONT_DOOR_TOKEN_FILE: "/nowhere" }, "set FRONT_DOOR_URL"],
    ["an API key in a profile", { FRONT_DOOR_PROFILE: "key" }, "set url"],
    ["a file with an API key in the profile DEFAULT", {}, "set url"],
  ])("is refused for %s without an address", async (_what, env, advice) => {
    const config = join(folder, "no-url");
    await writeFile(config, "[DEFAULT]\napi_key_file = /nowhere\n[key]\napi_key = a-secret\n", {
      mode: 0o600,
    });
    const ran = await runInProcess(["me"], { FRONT_DOOR_CONFIG_FILE: config, ...env });
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(advice) as string });
    expect(ran.stderr).not.toContain("a-secret");
  });

  it("warns of a file with a credential that others can read, whatever names it", async () => {
    const [config, file] = [join(folder, "file-config"), join(folder, "open-key")];
    await writeFile(file, "some-key");
    await writeFile(config, `[DEFAULT]\nurl = ${stack.url}\napi_key_file = ${file}\n`);
    const named = { FRONT_DOOR_URL: stack.url, FRONT_DOOR_TOKEN_FILE: file };
    for (const env of [{ FRONT_DOOR_CONFIG_FILE: config }, named]) {
      await chmod(file, 0o640);
      expect((await runInProcess(["me"], env)).stderr).toContain(`chmod 600 ${file}`);
      await chmod(file, 0o600);
      expect((await runInProcess(["me"], env)).stderr).not.toContain("chmod");
    }
  });
});
