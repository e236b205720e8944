import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type IdentityProvider,
  type SigningKey,
  startIdentityProvider,
} from "@front-door/local-workspace/test/identity-provider";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../src/settings/config.ts";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { gatewaySecret, type Stack, type StackOptions, startStack } from "./start-stack.ts";

const url = "/api/settings/uc-schema";

let stack: Stack;
function withStack(options: () => StackOptions) {
  beforeAll(async () => {
    stack = await startStack({}, options());
  });
  afterAll(() => stack.close());
  beforeEach(() => {
    stack.audit.length = 0;
  });
}

const put = (headers: Record<string, string> = {}, schema: string | null = "main.sales") =>
  stack.call("PUT", url, { headers, json: { schema } });
const get = (headers: Record<string, string> = {}) => stack.call("GET", url, { headers });

/** The status and code of a PUT, and the setting afterwards, as its caller sees it. */
async function putAndGet(headers: Record<string, string> = {}): Promise<unknown[]> {
  const { status, json } = await put(headers);
  return [status, json.error_code, (await get(headers)).json.schema];
}
const refused = [403, "OPERATION_NOT_ALLOWED", null];

const keyOf = (name: string) => `fdk_${name.padEnd(43, "x")}`;
const key = (name: string) => ({ "x-api-key": keyOf(name) });
const keysFile = join(mkdtempSync(join(tmpdir(), "api-keys-")), "keys.jsonl");
const keys = {
  everything: ["*"],
  editor: ["get_uc_schema", "put_uc_schema"],
  putter: ["get_*", "put_*"],
  reader: ["list_*", "get_uc_schema"],
  writer: ["write_file", "execute_query", "get_uc_schema"],
};
writeFileSync(
  keysFile,
  Object.entries(keys)
    .map(([name, operations]) => JSON.stringify({ name, sha256: hashApiKey(keyOf(name)), operations }))
    .join("\n"),
);
const withKeys = { API_AUTH: "api-key", API_KEYS_FILE: keysFile };
const forwarded = { API_AUTH: "forwarded", TRUSTED_PROXIES: "loopback" };
const as = (name: string) => ({ "x-forwarded-email": name });

describe("with API keys, the shared setting", () => {
  withStack(() => ({ settings: withKeys }));

  it.each(["reader", "writer"])(
    "cannot be changed with a key that does not allow put_uc_schema: %s",
    async (name) => {
      expect(await putAndGet(key(name))).toEqual(refused);
    },
  );

  it("cannot be changed without a key", async () => {
    expect((await put()).status).toBe(401);
  });

  it.each(["everything", "editor", "putter"])(
    "can be changed with a key that allows put_uc_schema: %s",
    async (name) => {
      expect((await put(key(name))).json).toEqual({ schema: "main.sales" });
      expect((await put(key(name), null)).json).toEqual({ schema: null });
    },
  );
});

describe("with SETTINGS_EDITORS and people whom a proxy signs in,", () => {
  withStack(() => ({ settings: { ...forwarded, SETTINGS_EDITORS: "ann@example.com, zoë" } }));

  it.each(["bob@example.com", "ANN@example.com", "ann@example.com.evil.example", "*"])(
    "the shared setting cannot be changed by a person who is not in the list: %s",
    async (name) => {
      expect(await putAndGet(as(name))).toEqual(refused);
      expect((await put(as(name))).json.error).toContain("SETTINGS_EDITORS");
    },
  );

  it.each(["ann@example.com", "zoë"])(
    "the shared setting can be changed by a person in the list: %s",
    async (name) => {
      const headers = as(Buffer.from(name).toString("latin1"));
      expect((await put(headers)).json).toEqual({ schema: "main.sales" });
      expect((await put(headers, null)).json).toEqual({ schema: null });
    },
  );

  it("everything else is open to all of them", async () => {
    const answer = await stack.call("GET", "/api/catalogs", { headers: as("bob@example.com") });
    expect(answer.status).toBe(200);
  });
});

describe("without SETTINGS_EDITORS, and with people whom a proxy signs in,", () => {
  withStack(() => ({ settings: forwarded }));

  it("the shared setting cannot be changed", async () => {
    expect(await putAndGet(as("ann@example.com"))).toEqual(refused);
  });
});

describe("with SETTINGS_EDITORS=*, and people whom a proxy signs in,", () => {
  withStack(() => ({ settings: { ...forwarded, SETTINGS_EDITORS: "*" } }));

  it("the shared setting can be changed by everybody", async () => {
    expect((await put(as("bob@example.com"))).status).toBe(200);
  });
});

describe("with people who sign in by JWT,", () => {
  let provider: IdentityProvider;
  let signing: SigningKey;
  beforeAll(async () => {
    provider = await startIdentityProvider();
    signing = await provider.newKey("first");
    provider.publish("first");
  });
  afterAll(() => provider.stop());
  withStack(() => ({
    settings: {
      API_AUTH: "oidc",
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: "front-door",
      SETTINGS_EDITORS: "user-1",
    },
  }));

  const bearer = async (sub: string) => {
    const exp = Math.floor(Date.now() / 1000) + 300;
    const claims = { iss: provider.issuer, aud: "front-door", sub, exp };
    return { authorization: `Bearer ${await provider.sign(signing, claims)}` };
  };

  it("the shared setting can be changed by those whom SETTINGS_EDITORS names, and by nobody else", async () => {
    expect(await putAndGet(await bearer("user-2"))).toEqual(refused);
    expect((await put(await bearer("user-1"))).status).toBe(200);
    // The second request of a token is answered from memory.
    const token = await bearer("user-3");
    for (let count = 0; count < 2; count += 1) expect((await put(token)).status).toBe(403);
  });
});

describe("without a sign-in,", () => {
  withStack(() => ({}));

  it("the shared setting can be changed by everybody who reaches the front door, and the audit log records it", async () => {
    expect((await put()).status).toBe(200);
    await expect
      .poll(() => stack.audit)
      .toMatchObject([
        { operation: "put_uc_schema", caller: "anonymous", outcome: "ok", identity: null },
        { operation: "get_schema", target: { catalog: "main", schema: "sales" }, outcome: "ok" },
      ]);
  });

  it("the shared setting cannot be changed while the gateway, which knows the policy, is away", async () => {
    await stack.stopGateway();
    const answer = await put();
    expect([answer.status, answer.json.error_code]).toEqual([503, "GATEWAY_UNAVAILABLE"]);
    expect((await get()).status).toBe(200);
    await stack.startGateway();
  });
});

describe("with the gateway's policy", () => {
  const policies: [string, Record<string, string>][] = [
    ["READ_ONLY=true,", { READ_ONLY: "true" }],
    ["ALLOWED_OPERATIONS without put_uc_schema,", { ALLOWED_OPERATIONS: "list_*,write_file" }],
    ["ALLOWED_OPERATIONS with get_uc_schema alone,", { ALLOWED_OPERATIONS: "list_*,get_uc_schema" }],
    ["an empty ALLOWED_OPERATIONS,", { ALLOWED_OPERATIONS: "," }],
    [
      "READ_ONLY=true and ALLOWED_OPERATIONS=put_uc_schema,",
      { READ_ONLY: "true", ALLOWED_OPERATIONS: "put_uc_schema" },
    ],
  ];
  describe.each(policies)("%s", (_what, gatewaySettings) => {
    describe("without a sign-in,", () => {
      withStack(() => ({ gatewaySettings }));
      it("a change of the shared setting is refused, and audited", async () => {
        expect(await putAndGet()).toEqual(refused);
        await expect
          .poll(() => stack.audit)
          .toMatchObject([{ operation: "put_uc_schema", outcome: "OPERATION_NOT_ALLOWED", status: 403 }]);
      });
    });

    describe("with a key for everything,", () => {
      withStack(() => ({ settings: withKeys, gatewaySettings }));
      it("a change of the shared setting is refused", async () => {
        expect(await putAndGet(key("everything"))).toEqual(refused);
      });
    });

    describe("with an editor's name,", () => {
      withStack(() => ({ settings: { ...forwarded, SETTINGS_EDITORS: "*" }, gatewaySettings }));
      it("a change of the shared setting is refused", async () => {
        expect(await putAndGet(as("ann@example.com"))).toEqual(refused);
      });
    });
  });

  describe("ALLOWED_OPERATIONS=list_catalogs,put_uc_schema,", () => {
    withStack(() => ({ gatewaySettings: { ALLOWED_OPERATIONS: "list_catalogs,get_schema,put_uc_schema" } }));
    it("the shared setting can be changed, and other operations are refused", async () => {
      expect((await put()).status).toBe(200);
      expect((await stack.call("GET", "/api/me")).status).toBe(403);
    });
  });
});

it.each(["none", "api-key"])(
  "SETTINGS_EDITORS is refused with API_AUTH=%s, where it would have no effect",
  (mode) => {
    const settings = mode === "api-key" ? withKeys : {};
    const read = () =>
      loadConfig({
        GATEWAY_SECRET: gatewaySecret,
        SETTINGS_FILE: join(tmpdir(), "absent"),
        SETTINGS_EDITORS: "ann@example.com",
        ...settings,
      });
    expect(read).toThrow(
      /SETTINGS_EDITORS is set, and API_AUTH is (none|api-key); set API_AUTH=oidc, forwarded, or databricks/,
    );
  },
);

describe("on a full disk (skipped where a test may not mount one),", () => {
  const disk = mkdtempSync(join(tmpdir(), "full-disk-"));
  const settingsFile = join(disk, "api.env");
  let isMounted = false;
  beforeAll(() => {
    isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8k", "tmpfs", disk]).status === 0;
    if (!isMounted) return;
    writeFileSync(settingsFile, "# mine\n");
    try {
      writeFileSync(join(disk, "rest"), Buffer.alloc(1 << 20));
    } catch {
      // It is full now.
    }
  });
  afterAll(() => {
    if (isMounted) spawnSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  });
  withStack(() => ({ settings: { SETTINGS_FILE: settingsFile } }));
  beforeEach(({ skip }) => skip(!isMounted, "this machine does not let a test mount a disk"));

  it("a change of the shared setting returns 507 and leaves it unchanged", async () => {
    const answer = await put();
    expect([answer.status, answer.json.error_code]).toEqual([507, "INSUFFICIENT_STORAGE"]);
    expect(answer.json).toMatchObject({ retryable: true });
    expect(answer.text).not.toMatch(/ENOSPC|api\.env/);
    expect(readFileSync(settingsFile, "utf8")).toBe("# mine\n");
    expect(readdirSync(disk).toSorted()).toEqual(["api.env", "rest"]);
    expect((await get()).json).toEqual({ schema: null });
  });

  it("the shared setting is stored once there is room again", async () => {
    rmSync(join(disk, "rest"));
    expect((await put()).status).toBe(200);
    expect(readFileSync(settingsFile, "utf8")).toBe("# mine\nAGENT_BUILDER_UC_SCHEMA=main.sales\n");
  });
});
