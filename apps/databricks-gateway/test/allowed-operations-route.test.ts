import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AllowedOperations,
  definitionOf,
  encodeCaller,
  type OperationName,
  operations,
} from "@front-door/operations";
import { request } from "undici";
import { afterEach, expect, test } from "vitest";
import {
  type Answer,
  errorOf,
  type GatewayUnderTest,
  secret,
  startGateway,
  toAnswer,
} from "./gateway-under-test.ts";

let gateway: GatewayUnderTest;
afterEach(() => gateway.close());

const start = async (settings: Record<string, string> = {}) => {
  // Nothing here asks Databricks.
  gateway = await startGateway("http://127.0.0.1:1", { DATABRICKS_TOKEN: "a-token", ...settings });
};
const json = { "x-gateway-secret": secret, "content-type": "application/json" };
const names = Object.keys(operations) as OperationName[];

async function ask(path: string, body: object, headers: Record<string, string> = {}) {
  const options = { method: "POST", headers: { ...json, ...headers }, body: JSON.stringify(body) } as const;
  return toAnswer(await request(`${gateway.url}${path}`, options));
}

function answerOf({ body }: Answer): AllowedOperations {
  return body as AllowedOperations;
}

async function allowed(body: object = {}, headers: Record<string, string> = {}): Promise<string[]> {
  return answerOf(await ask("/allowed-operations", body, headers)).operations;
}

test("without a policy, all operations are allowed but those that must be allowed by name", async () => {
  await start({ ALLOWED_OPERATIONS: "" });
  expect(await allowed()).toEqual(names.filter((name) => definitionOf(name).allowedByDefault));
  expect(answerOf(await ask("/allowed-operations", {})).read_only).toBe(false);
  expect(gateway.audit).toEqual([]);
});

test("with READ_ONLY, what changes something is not allowed, but statements are, which are judged by their text", async () => {
  await start({ READ_ONLY: "true" });
  const changing = (await allowed()).filter((name) => definitionOf(name as OperationName).kind !== "query");
  expect(changing.toSorted()).toEqual(["cancel_statement", "execute_query", "submit_statement"]);
});

// Whatever the route says is not allowed, POST /run refuses for any parameters: each list is checked against it.
test.each([
  { READ_ONLY: "true" },
  { ALLOWED_OPERATIONS: "list_*,write" },
  { ALLOWED_CATALOGS: "main" },
  { ALLOWED_VOLUME_ROOTS: "/Volumes/main/default/files" },
  { IDENTITY_POLICY: "user" },
])("with %j, POST /run refuses every operation that is not allowed", async (settings) => {
  await start({ ...settings });
  const list = await allowed();
  const refused = names.filter((name) => !list.includes(name) && definitionOf(name).transfer !== "upload");
  expect(refused.length).toBeGreaterThan(0);
  for (const op of refused) {
    const { status } = await ask("/run", { op, params: definitionOf(op).examples[0]?.params });
    expect([op, [401, 403].includes(status)]).toEqual([op, true]);
  }
});

const as = (name: string) => ({
  "x-gateway-caller": encodeCaller(name),
  "x-gateway-caller-mode": "api-key",
  "x-gateway-caller-groups": "",
});

test("the rule of the caller decides, and a caller without a rule is refused", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "access-")), "access.yaml");
  writeFileSync(file, "rules:\n  - who: key:reader\n    operations: get_table\n");
  await start({ ACCESS_FILE: file });
  expect(await allowed({}, as("reader"))).toEqual(["get_table"]);
  expect(errorOf(await ask("/allowed-operations", {}, as("other"))).error_code).toBe("OPERATION_NOT_ALLOWED");
});

test("a request without the secret, or as a session that does not exist, is refused", async () => {
  await start();
  expect((await ask("/allowed-operations", {}, { "x-gateway-secret": "wrong" })).status).toBe(401);
  const session = `fds_${"x".repeat(43)}`;
  expect((await ask("/allowed-operations", { auth: { session } })).status).toBeGreaterThanOrEqual(400);
});
