import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { encodeCaller, encodeGroups } from "@front-door/operations";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkSettings } from "../src/config/config.ts";
import {
  errorOf,
  type GatewayUnderTest,
  type RunOptions,
  secret,
  startGateway,
  startWorkspace,
  tokenOf,
  until,
} from "./gateway-under-test.ts";
import { allowSignIn, appSettings, signIn } from "./sign-in-under-test.ts";

/** Alice is in the group `admins` of the local workspace. */
const rules = `rules:
  - who: user:bob@example.com
    mode: databricks
    operations: [me, list_*]
    as: user
    catalogs: main
  - who: group:admins
    operations: "*"
  - who: key:reporting
    operations: read
    as: service
    read_only: true
  - who: internal
    operations: me
`;

let folder: string;
let file: string;
let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "access-file-"));
  file = join(folder, "access.yaml");
  await writeFile(file, rules);
  workspace = await startWorkspace();
  await allowSignIn(workspace);
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.carol,
    ALLOWED_CATALOGS: "main,samples",
    ...appSettings,
    ACCESS_FILE: file,
  });
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => workspace.clearRequests());

const from = (name: string, mode?: string, groups: readonly string[] = []) => ({
  "x-gateway-caller": encodeCaller(name),
  ...(mode === undefined
    ? {}
    : { "x-gateway-caller-mode": mode, "x-gateway-caller-groups": encodeGroups(groups) }),
});

/** Who the workspace saw, or the code of the refusal with nobody seen. */
async function seen(op: string, params: object, options: RunOptions): Promise<string> {
  workspace.clearRequests();
  const answer = await gateway.run(op, params, options);
  const [request] = workspace.requests();
  return request === undefined ? errorOf(answer).error_code : (request.principal ?? "nobody");
}

async function authorize(headers: Record<string, string>): Promise<number> {
  const { status } = await fetch(`${gateway.url}/authorize`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-gateway-secret": secret, ...headers },
    body: '{"operation":"put_uc_schema"}',
  });
  return status;
}

describe("with ACCESS_FILE an operation", () => {
  const own = "carol@example.com";
  const refused = "OPERATION_NOT_ALLOWED";
  const key = from("reporting", "api-key");

  test.each<[string, RunOptions, string, object, string]>([
    ["of a key", { headers: key }, "me", {}, own],
    ["of a key that its rule has not", { headers: key }, "start_warehouse", { warehouse_id: "x" }, refused],
    [
      "of a key with a user's token, where it runs as the gateway",
      { headers: key, token: tokenOf.bob },
      "me",
      {},
      "IDENTITY_NOT_ALLOWED",
    ],
    ["of a key without a rule", { headers: from("other", "api-key") }, "me", {}, refused],
    ["of a person with a key's name", { headers: from("reporting", "oidc") }, "me", {}, refused],
    ["of a person's name in another mode", { headers: from("bob@example.com", "oidc") }, "me", {}, refused],
    ["of a member of a group", { headers: from("zoë", "oidc", ["a,b", "admins"]) }, "me", {}, own],
    [
      "of a member of another group",
      { headers: from("zoë", "oidc", ["admin", "admins,x"]) },
      "me",
      {},
      refused,
    ],
    [
      "within what the installation allows",
      { headers: from("zoë", "oidc", ["admins"]) },
      "get_catalog",
      { name: "samples" },
      own,
    ],
    [
      "beyond what the installation allows",
      { headers: from("zoë", "oidc", ["admins"]) },
      "get_catalog",
      { name: "finance" },
      refused,
    ],
    ["of a program on this machine", {}, "me", {}, own],
    ["of one that its rule has not", {}, "list_catalogs", {}, refused],
    ["of one that names somebody", { headers: from("bob@example.com") }, "list_catalogs", {}, refused],
  ])("%s", async (_what, options, op, params, expected) => {
    expect(await seen(op, params, options)).toBe(expected);
  });

  test("of a session is judged by whose it is, whatever the headers say", async () => {
    const [alice, bob] = [await signIn(gateway, "alice"), await signIn(gateway, "bob")];
    const claim = from("zoë", "oidc", ["admins"]);
    expect(await seen("get_catalog", { name: "main" }, { session: bob, headers: claim })).toBe(refused);
    expect(await seen("list_schemas", { catalog: "main" }, { session: bob })).toBe("bob@example.com");
    expect(await seen("list_schemas", { catalog: "samples" }, { session: bob })).toBe(refused);
    // By her groups at Databricks.
    expect(await seen("get_catalog", { name: "samples" }, { session: alice })).toBe("alice@example.com");
  });

  test("that is refused names the line, and has its line in the audit log", async () => {
    gateway.audit.length = 0;
    const answer = await gateway.run("write_file", {}, { headers: key });
    expect(answer.status).toBe(415);
    const { body } = await gateway.run("start_warehouse", { warehouse_id: "x" }, { headers: key });
    expect(body.error).toBe("start_warehouse is not allowed by line 9 of ACCESS_FILE");
    await until(() => gateway.audit.length === 1, "its line");
    expect(gateway.audit).toMatchObject([
      { operation: "start_warehouse", caller: "reporting", caller_mode: "api-key", outcome: refused },
    ]);
  });

  test("of the front door itself is judged by the same rules", async () => {
    expect(await authorize(from("zoë", "oidc", ["admins"]))).toBe(204);
    expect(await authorize(key)).toBe(403);
    expect(await authorize({})).toBe(403);
  });

  test("shows only the catalogs that its rule and the installation allow", async () => {
    const session = await signIn(gateway, "bob");
    const { body } = await gateway.run("list_catalogs", {}, { session });
    expect(body.catalogs.map(({ name }: { name: string }) => name)).toEqual(["main"]);
  });
});

test.each([
  ["a person", { "x-gateway-caller": "zoe", "x-gateway-caller-mode": "oidc" }],
  ["a key", { "x-gateway-caller": "reporting", "x-gateway-caller-mode": "api-key" }],
])(
  "a front door without an access file, which does not know groups, is refused: for %s",
  async (_, headers) => {
    const { error, error_code } = errorOf(await gateway.run("me", {}, { headers }));
    expect([error_code, error]).toEqual([
      "NOT_IMPLEMENTED",
      "The gateway has an ACCESS_FILE, and the front door has none: set it for both.",
    ]);
    expect(await authorize(headers)).toBe(501);
  },
);

test.each([
  ["x-gateway-caller-mode", "key"],
  ["x-gateway-caller-groups", "%ff"],
])("the header %s must be one that the front door writes", async (name, value) => {
  expect(errorOf(await gateway.run("me", {}, { headers: { [name]: value } })).error_code).toBe(
    "MALFORMED_REQUEST",
  );
});

test("a changed file holds within a second, and one that is broken changes nothing and is logged with its line", async () => {
  const headers = from("late", "api-key");
  const isAllowed = async () => (await gateway.run("me", {}, { headers })).status === 200;
  expect(await isAllowed()).toBe(false);
  await replace(`${rules}  - { who: key:late, operations: me }\n`);
  await expect.poll(isAllowed, { interval: 100, timeout: 20_000 }).toBe(true);
  gateway.log.length = 0;
  await replace("rules:\n  - who: somebody\n    operations: me\n");
  const errors = () => gateway.log.filter(({ level }) => Number(level) === 50);
  await until(() => errors().length > 0, "the error");
  expect(errors()).toMatchObject([{ reason: expect.stringMatching(/^line 2: who\.0: must be everyone/) }]);
  expect(await isAllowed()).toBe(true);
  await replace(rules);
});

/** As a whole: the gateway must not find half of it. */
async function replace(text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

test("a file that is broken at the start is one line among the problems of the settings", async () => {
  const broken = join(folder, "broken.yaml");
  await writeFile(broken, "rules:\n  - who: everyone\n");
  const settings = {
    GATEWAY_SECRET: secret,
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_TOKEN: tokenOf.carol,
    LOCAL_WORKSPACE: "true",
  };
  const problemsWith = (accessFile: string) =>
    checkSettings({ ...settings, ACCESS_FILE: accessFile }, folder).problems;
  expect(problemsWith(broken)).toEqual([
    `ACCESS_FILE ${broken} cannot be used (line 2: operations: is required): correct the file`,
  ]);
  const absent = join(folder, "absent.yaml");
  expect(problemsWith(absent)).toEqual([`ACCESS_FILE ${absent} cannot be used (ENOENT): correct the file`]);
});

test("without ACCESS_FILE a gateway refuses the requests of a front door that has one", async () => {
  const other = await startGateway(workspace.url);
  const answer = await other.run("me", {}, { headers: from("ann", "oidc") });
  expect([answer.status, errorOf(answer).error_code]).toEqual([501, "NOT_IMPLEMENTED"]);
  await other.close();
});
