import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../src/settings/config.ts";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { type IdentityProvider, type SigningKey, startIdentityProvider } from "./identity-provider.ts";
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

describe("with API keys, the setting can be changed", () => {
  withStack(() => ({ settings: withKeys }));

  it.each(["reader", "writer"])("not by a key that does not name put_uc_schema: %s", async (name) => {
    expect(await putAndGet(key(name))).toEqual(refused);
  });

  it("not without a key", async () => {
    expect((await put()).status).toBe(401);
  });

  it.each(["everything", "editor", "putter"])("by a key that does: %s", async (name) => {
    expect((await put(key(name))).json).toEqual({ schema: "main.sales" });
    expect((await put(key(name), null)).json).toEqual({ schema: null });
  });
});

describe("by people whom a proxy signs in, the setting can be changed", () => {
  withStack(() => ({ settings: { ...forwarded, SETTINGS_EDITORS: "ann@example.com, zoë" } }));

  it.each(["bob@example.com", "ANN@example.com", "ann@example.com.evil.example", "*"])(
    "not by one whom SETTINGS_EDITORS does not name: %s",
    async (name) => {
      expect(await putAndGet(as(name))).toEqual(refused);
      expect((await put(as(name))).json.error).toContain("SETTINGS_EDITORS");
    },
  );

  it.each(["ann@example.com", "zoë"])("by one whom it names: %s", async (name) => {
    const headers = as(Buffer.from(name).toString("latin1"));
    expect((await put(headers)).json).toEqual({ schema: "main.sales" });
    expect((await put(headers, null)).json).toEqual({ schema: null });
  });

  it("and everything else by all of them", async () => {
    const answer = await stack.call("GET", "/api/catalogs", { headers: as("bob@example.com") });
    expect(answer.status).toBe(200);
  });
});

describe("by people whom a proxy signs in, without SETTINGS_EDITORS", () => {
  withStack(() => ({ settings: forwarded }));

  it("the setting cannot be changed", async () => {
    expect(await putAndGet(as("ann@example.com"))).toEqual(refused);
  });
});

describe("by people whom a proxy signs in, with SETTINGS_EDITORS=*", () => {
  withStack(() => ({ settings: { ...forwarded, SETTINGS_EDITORS: "*" } }));

  it("the setting can be changed by all of them", async () => {
    expect((await put(as("bob@example.com"))).status).toBe(200);
  });
});

describe("by people with a JWT", () => {
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

  it("the setting can be changed by those whom SETTINGS_EDITORS names, and by nobody else", async () => {
    expect(await putAndGet(await bearer("user-2"))).toEqual(refused);
    expect((await put(await bearer("user-1"))).status).toBe(200);
    // The second request of a token is answered from memory.
    const token = await bearer("user-3");
    for (let count = 0; count < 2; count += 1) expect((await put(token)).status).toBe(403);
  });
});

describe("without a sign-in", () => {
  withStack(() => ({}));

  it("the setting can be changed by everybody who reaches the front door, and the audit log says so", async () => {
    expect((await put()).status).toBe(200);
    await expect
      .poll(() => stack.audit)
      .toMatchObject([{ operation: "put_uc_schema", caller: "anonymous", outcome: "ok", identity: null }]);
  });

  it("and not while the gateway is away, which alone knows the policy", async () => {
    await stack.stopGateway();
    const answer = await put();
    expect([answer.status, answer.json.error_code]).toEqual([503, "GATEWAY_UNAVAILABLE"]);
    expect((await get()).status).toBe(200);
    await stack.startGateway();
  });
});

describe("the gateway's policy holds for the setting, whoever asks", () => {
  const policies: [string, Record<string, string>][] = [
    ["READ_ONLY=true", { READ_ONLY: "true" }],
    ["ALLOWED_OPERATIONS without it", { ALLOWED_OPERATIONS: "list_*,write_file" }],
    ["ALLOWED_OPERATIONS with reading alone", { ALLOWED_OPERATIONS: "list_*,get_uc_schema" }],
    ["an empty list", { ALLOWED_OPERATIONS: "," }],
    ["both", { READ_ONLY: "true", ALLOWED_OPERATIONS: "put_uc_schema" }],
  ];
  describe.each(policies)("%s", (_what, gatewaySettings) => {
    describe("without a sign-in", () => {
      withStack(() => ({ gatewaySettings }));
      it("is refused, and audited", async () => {
        expect(await putAndGet()).toEqual(refused);
        await expect
          .poll(() => stack.audit)
          .toMatchObject([{ operation: "put_uc_schema", outcome: "OPERATION_NOT_ALLOWED", status: 403 }]);
      });
    });

    describe("with a key for everything", () => {
      withStack(() => ({ settings: withKeys, gatewaySettings }));
      it("is refused", async () => {
        expect(await putAndGet(key("everything"))).toEqual(refused);
      });
    });

    describe("with an editor's name", () => {
      withStack(() => ({ settings: { ...forwarded, SETTINGS_EDITORS: "*" }, gatewaySettings }));
      it("is refused", async () => {
        expect(await putAndGet(as("ann@example.com"))).toEqual(refused);
      });
    });
  });

  describe("ALLOWED_OPERATIONS that names it", () => {
    withStack(() => ({ gatewaySettings: { ALLOWED_OPERATIONS: "list_catalogs,put_uc_schema" } }));
    it("allows it", async () => {
      expect((await put()).status).toBe(200);
      expect((await stack.call("GET", "/api/me")).status).toBe(403);
    });
  });
});

it.each(["none", "api-key"])("SETTINGS_EDITORS is refused where it would do nothing: API_AUTH=%s", (mode) => {
  const settings = mode === "api-key" ? withKeys : {};
  const read = () =>
    loadConfig({
      GATEWAY_SECRET: gatewaySecret,
      SETTINGS_FILE: join(tmpdir(), "absent"),
      SETTINGS_EDITORS: "ann@example.com",
      ...settings,
    });
  expect(read).toThrow(
    /SETTINGS_EDITORS is set, and API_AUTH is (none|api-key); set API_AUTH=oidc or forwarded/,
  );
});

describe("on a full disk (skipped where a test may not mount one)", () => {
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

  it("the setting returns 507, and stays as it was", async () => {
    const answer = await put();
    expect([answer.status, answer.json.error_code]).toEqual([507, "INSUFFICIENT_STORAGE"]);
    expect(answer.json).toMatchObject({ retryable: true });
    expect(answer.text).not.toMatch(/ENOSPC|api\.env/);
    expect(readFileSync(settingsFile, "utf8")).toBe("# mine\n");
    expect(readdirSync(disk).toSorted()).toEqual(["api.env", "rest"]);
    expect((await get()).json).toEqual({ schema: null });
  });

  it("the setting is stored when there is room again", async () => {
    rmSync(join(disk, "rest"));
    expect((await put()).status).toBe(200);
    expect(readFileSync(settingsFile, "utf8")).toBe("# mine\nAGENT_BUILDER_UC_SCHEMA=main.sales\n");
  });
});
