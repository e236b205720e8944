import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkAccess } from "./check-access.ts";

const file = join(mkdtempSync(join(tmpdir(), "access-")), "access.yaml");
writeFileSync(
  file,
  `rules:
  - who: group:analysts
    operations: [read, execute_query]
    as: user
    warehouses: w1
    read_only: true
  - who: key:reporting
    operations: list_*
    catalogs: main
`,
);
const settings = { ACCESS_FILE: file, SETTINGS_FILE: join(tmpdir(), "absent.env") };
const check = (command: string, environment: object = {}) =>
  checkAccess(`check ${command}`.split(" "), { ...settings, ...environment });

describe("docs/sign-in.md", () => {
  const docs = readFileSync(new URL("../docs/sign-in.md", import.meta.url), "utf8");
  const [, example = ""] = /```yaml\n(.*?)```/s.exec(docs) ?? [];
  const [, command = "", ...replies] = /\$ \.\/scripts\/access\.sh check (.*)\n(.*)\n(.*)\n/.exec(docs) ?? [];

  it("shows what access.sh says of its example", () => {
    const folder = mkdtempSync(join(tmpdir(), "access-example-"));
    writeFileSync(join(folder, "access.yaml"), example);
    const { lines } = check(command, { FRONT_DOOR_CALLED_FROM: folder, ACCESS_FILE: "access.yaml" });
    expect(lines).toEqual(replies);
  });
});

describe("access.sh", () => {
  it.each<[string, number, RegExp, number?]>([
    ["ann execute_query --group analysts", 0, /^allowed: ann \(databricks\) may run execute_query$/, 2],
    ["ann execute_query --group analysts --warehouse w1", 0, /^allowed/, 2],
    ["ann execute_query --group analysts --warehouse w2", 1, /warehouse w2 is not allowed by line 2 of/, 2],
    ["ann execute_query --group analysts --sql DELETE", 1, /line 2 of ACCESS_FILE is read-only/, 2],
    ["ann write_file --group analysts", 1, /write_file is not allowed by line 2 of ACCESS_FILE/, 2],
    ["ann me --group analysts --as service", 1, /runs only as its caller by line 2/, 2],
    ["ann me --group analysts --mode oidc", 1, /runs only as its caller by line 2/, 2],
    ["ann me", 1, /no rule of ACCESS_FILE is for ann \(databricks\)$/],
    ["reporting list_schemas --mode api-key", 0, /^allowed/, 7],
    ["reporting list_schemas --mode api-key --catalog main", 0, /^allowed/, 7],
    ["reporting list_schemas --mode api-key --catalog sales", 1, /catalog sales is not allowed by line 7/, 7],
    ["reporting list_schemas", 1, /no rule of ACCESS_FILE/],
    ["reporting get_uc_schema --mode api-key", 1, /get_uc_schema is not allowed by line 7/, 7],
  ])("check %s ends with %i and names the line", (command, exitCode, words, line) => {
    const { lines, ...answer } = check(command);
    expect(answer.exitCode).toBe(exitCode);
    expect(lines[0]).toMatch(words);
    expect(lines.slice(1, 2)).toEqual(
      line === undefined ? [] : [expect.stringMatching(`access.yaml:${line} is the first rule for `)],
    );
  });

  it.each([
    ["api-key", "api-key"],
    ["oidc", "oidc"],
    ["databricks,api-key", "databricks"],
  ])("with API_AUTH=%s a caller signs in by %s unless --mode says otherwise", (apiAuth, mode) => {
    const { lines } = check("nobody me", { API_AUTH: apiAuth });
    expect(lines[0]).toBe(`refused: no rule of ACCESS_FILE is for nobody (${mode})`);
    expect(check("nobody me --mode forwarded", { API_AUTH: apiAuth }).lines[0]).toMatch(/\(forwarded\)$/);
  });

  it("with OIDC_RUN_AS=user a caller by oidc runs as a user", () => {
    const asUser = { API_AUTH: "oidc", OIDC_RUN_AS: "user" };
    expect(check("ann me --group analysts", asUser).lines[0]).toBe("allowed: ann (oidc) may run me");
  });

  it("reminds of a key's own operations, which it does not know", () => {
    const { lines } = check("reporting list_schemas --mode api-key");
    expect(lines.at(-1)).toBe("The key's line in API_KEYS_FILE must allow it, too.");
  });

  it("says what the installation itself does not allow, whatever the rule says", () => {
    const { lines, exitCode } = check("ann me --group analysts", { ALLOWED_OPERATIONS: "list_*" });
    expect([exitCode, lines[0]]).toEqual([1, "refused: me is not allowed here"]);
  });

  it.each([
    ["ann", /^Write: check NAME OPERATION/],
    ["ann list_*", /^list_\* is not an operation/],
    ["ann nothing", /^nothing is not an operation/],
    ["ann me --mode keys", /^--mode must be none, api-key/],
    ["ann me --warehous w1", /'--warehous'/],
    ["ann me --file /absent.yaml", /^\/absent.yaml cannot be used: ENOENT/],
  ])("check %s ends with 2 and prints the usage", (command, words) => {
    const { lines, exitCode } = check(command);
    expect(exitCode).toBe(2);
    expect(lines[0]).toMatch(words);
    expect(lines[1]).toMatch(/^usage: /);
  });

  it("without arguments prints the usage", () => {
    expect(checkAccess([], settings)).toMatchObject({ exitCode: 2 });
  });
});
