import { describe, expect, it } from "vitest";
import { readAccessFile } from "./access-file.ts";

const rulesOf = (...lines: string[]) => readAccessFile(["rules:", ...lines].join("\n"));
const problemOf = (...lines: string[]) => {
  try {
    rulesOf(...lines);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
};

describe("an access file", () => {
  it("has its rules in their order, each with its line", () => {
    const rules = rulesOf(
      "  # the analysts",
      "  - who: [group:analysts, 'user:Ann: Lee']",
      "    mode: databricks",
      "    operations: [list_*, me, execute_query]",
      "    as: user",
      "    catalogs: [Main]",
      "    read_only: true",
      "    read_only_functions: main.default.net",
      "    requests_per_minute: 300",
      "",
      "  - who: key:reporting",
      "    operations: read",
      "    warehouses: [1234567890123456, 1e10, 0x10]",
    );
    expect(rules).toHaveLength(2);
    const [first, second] = rules;
    expect(first).toMatchObject({
      line: 3,
      who: [
        { kind: "group", name: "analysts" },
        { kind: "user", name: "Ann: Lee" },
      ],
      modes: ["databricks"],
      requestsPerMinute: 300,
      policy: {
        rule: "line 3 of ACCESS_FILE",
        readOnly: true,
        warehouses: undefined,
        volumeRoots: undefined,
      },
    });
    expect(first?.policy.operations).toContain("list_volumes");
    expect(first?.policy.operations).not.toContain("write_file");
    expect(first?.policy.catalogs).toEqual(new Set(["main"]));
    expect(first?.policy.readOnlyFunctions).toEqual(new Set(["MAIN.DEFAULT.NET"]));
    expect(first?.policy.identity.me).toBe("user");
    expect(second).toMatchObject({ line: 12, modes: undefined, policy: { readOnly: false } });
    expect(second?.policy.identity.me).toBe("user-or-service");
    // As they are written, and not as numbers.
    expect(second?.policy.warehouses).toEqual(new Set(["1234567890123456", "1e10", "0x10"]));
  });

  it("with an empty list of rules allows nobody anything", () => {
    expect(readAccessFile("rules: []")).toEqual([]);
  });

  it.each([
    ["rules:\n  - who: [", /^line 2: /],
    ["", /^line 1: the file must have a list of `rules`$/],
    ["- who: everyone", /^line 1: 0: unknown field: the file has only `rules`$/],
    ["rules: []\nrule: []", /^line 2: rule: unknown field: the file has only `rules`$/],
    ["rules:\n  who: everyone", /^line 1: the file must have a list of `rules`$/],
    ["rules: []\nrules: []", /^line 2: /],
  ])("is refused with the line and the reason: %j", (text, problem) => {
    expect(() => readAccessFile(text)).toThrow(problem);
  });

  it.each<[string[], RegExp]>([
    [["  - everyone"], /^line 2: /],
    [["  - operations: read"], /^line 2: who: /],
    [["  - who: everyone"], /^line 2: operations: /],
    [["  - who: []", "    operations: read"], /^line 2: who: must name somebody$/],
    [["  - who: ann", "    operations: read"], /^line 2: who.0: must be everyone, internal, user:NAME/],
    [["  - who: [user:ann, 'group:']", "    operations: read"], /^line 2: who.1: must be everyone/],
    [["  - who: {user: ann}", "    operations: read"], /^line 2: who.0: /],
    [["  - who: user:ann, user:bob", "    operations: read"], /^line 2: who.0: must be one name.*as a list/],
    [["  - who: ['user:ann ']", "    operations: read"], /^line 2: who.0: must be one name/],
    [["  - who: everyone", "    operations: read", "    mode: []"], /^line 4: mode: must name a way in/],
    [["  - who: everyone", "    operations: lst_*"], /^line 3: operations.0: must be an operation/],
    [["  - who: everyone", "    operation: read"], /^line 3: operation: unknown .*operations/],
    [["  - who: everyone", "    operations: read", "    as: me"], /^line 4: as: must be user, service, or/],
    [
      ["  - who: everyone", "    operations: read", "    mode: key"],
      /^line 4: mode.0: must be none, api-key/,
    ],
    [
      ["  - who: everyone", "    operations: read", "    read_only: yes"],
      /^line 4: read_only: must be true or/,
    ],
    [["  - who: everyone", "    operations: read", "    volume_roots: /tmp"], /^line 4: volume_roots.0: /],
    [
      ["  - who: everyone", "    operations: read", "    requests_per_minute: 0"],
      /^line 4: requests_per_minute: must be between 1/,
    ],
    [["  - who: everyone", "    operations: read", "    who: internal"], /^line 4: /],
  ])("with the rule %j is refused with the line and the reason", (lines, problem) => {
    expect(problemOf(...lines)).toMatch(problem);
  });
});
