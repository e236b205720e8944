import { chmod, mkdtemp, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "dotenv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSettingsFile, UnwritableSettingError, withSetting } from "./settings-file.ts";

/** Half of them ASCII. For its own `unit: "binary"`, fast-check makes a table of a million entries, and keeps it. */
const anyCharacter = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10ffff))
  .map((code) => String.fromCodePoint(code).toWellFormed());

const name = "AGENT_BUILDER_UC_SCHEMA";

describe("withSetting", () => {
  it.each([
    ["", "A=1\n"],
    ["B=2", "B=2\nA=1\n"],
    ["B=2\r\n", "B=2\r\nA=1\r\n"],
    ["A=0 # why\nB=2\n", "A=1 # why\nB=2\n"],
    ["export A = 'old'  \r\n# A=9\r\n", "export A = 1  \r\n# A=9\r\n"],
    ["A=\nB=2\n", "A=1\nB=2\n"],
    ["A=7\nB=2\nA=8\n", "A=7\nB=2\nA=1\n"],
    ["B='\nA=5\n'\n", "B='\nA=5\n'\nA=1\n"],
    ["\uFEFFA=0\n", "\uFEFFA=1\n"],
  ])("sets A in %j and leaves the rest as it is", (before, after) => {
    expect(withSetting(before, "A", "1")).toBe(after);
  });

  it.each([
    ["", ""],
    ["B=2\n", "B=2\n"],
    ["# top\nA=1 # why\nB=2\n", "# top\nB=2\n"],
    ["A='x\ny'\r\nB=2\r\nA=3", "B=2\r\n"],
  ])("removes A from %j", (before, after) => {
    expect(withSetting(before, "A", undefined)).toBe(after);
  });

  it.each(["a#b", "'a'", '"a"', "a'b\"c", "`a`", "a$b", "a\\nb", "ñ😀"])("can store %s", (value) => {
    expect(parse(withSetting("B=2\n", "A", value))).toEqual({ B: "2", A: value });
  });

  it("refuses a value that no quoting can hold", () => {
    expect(() => withSetting("", "A", "'\"`#")).toThrow(UnwritableSettingError);
    expect(() => withSetting("", "A", " a\nb'\"`")).toThrow(UnwritableSettingError);
  });

  it("stores a value that dotenv reads back and changes no other setting, or refuses", () => {
    const value = fc.string({ unit: anyCharacter, minLength: 1 });
    const tricky = fc.string({ unit: fc.constantFrom(..."a'\"`#\\n =$ \t\r\n:".split("")), minLength: 1 });
    const line = fc.oneof(
      fc.constantFrom(
        "# a comment",
        "",
        "  ",
        "B=2",
        "export C='x # y'",
        'D="a\nAGENT_BUILDER_UC_SCHEMA=no"',
      ),
      fc.constantFrom(
        `${name}=old`,
        `export ${name} = "old" # why`,
        `${name}: 'o"ld'`,
        `${name}=`,
        "E='open",
      ),
      tricky,
    );
    const text = fc
      .tuple(fc.array(line), fc.constantFrom("\n", "\r\n"))
      .map(([lines, lineEnd]) => lines.join(lineEnd));
    let accepted = 0;
    fc.assert(
      fc.property(text, fc.oneof(value, tricky, fc.constant(undefined)), (before, wanted) => {
        let after: string;
        try {
          after = withSetting(before, name, wanted);
        } catch (error) {
          expect(error).toBeInstanceOf(UnwritableSettingError);
          return;
        }
        accepted++;
        const { [name]: _old, ...others } = parse(before);
        expect(parse(after)).toEqual(wanted === undefined ? others : { ...others, [name]: wanted });
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(400);
  });

  it("can store every catalog.schema made of plain characters in a clean file", () => {
    const part = fc.stringMatching(/^[\p{L}\p{N}_#$'"\\=:;!?*-]{1,20}$/u);
    fc.assert(
      fc.property(part, part, (catalog, schema) => {
        const value = `${catalog}.${schema}`;
        expect(parse(withSetting("# settings\nPORT=1\n", name, value))).toEqual({ PORT: "1", [name]: value });
      }),
    );
  });
});

async function inFolder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "api-settings-")), ".env.local");
}

describe("openSettingsFile", () => {
  it("makes a file that only its owner reads, and leaves no temporary file", async () => {
    const file = await inFolder();
    const settings = openSettingsFile(file);
    expect(await settings.read(name)).toBeUndefined();
    await settings.write(name, "main.default");
    expect(await settings.read(name)).toBe("main.default");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(file, ".."))).toEqual([".env.local"]);
  });

  it("keeps the file's mode, and a symbolic link a link", async () => {
    const file = await inFolder();
    await writeFile(file, "B=2\n");
    await chmod(file, 0o664);
    const link = `${file}.link`;
    await symlink(file, link);
    await openSettingsFile(link).write("A", "1");
    expect(await readFile(file, "utf8")).toBe("B=2\nA=1\n");
    expect((await stat(file)).mode & 0o777).toBe(0o664);
  });

  it("loses none of many simultaneous writes", async () => {
    const settings = openSettingsFile(await inFolder());
    await Promise.all(Array.from({ length: 20 }, (_, i) => settings.write(`K${i}`, String(i))));
    expect(await Promise.all(Array.from({ length: 20 }, (_, i) => settings.read(`K${i}`)))).toEqual(
      Array.from({ length: 20 }, (_, i) => String(i)),
    );
  });

  it("works after a failed write, and never changes a file that is not UTF-8", async () => {
    const file = await inFolder();
    await writeFile(file, Buffer.from([0x41, 0x3d, 0xff, 0x0a]));
    const settings = openSettingsFile(file);
    await expect(settings.write("B", "1")).rejects.toThrow(UnwritableSettingError);
    expect(await readFile(file)).toEqual(Buffer.from([0x41, 0x3d, 0xff, 0x0a]));
    await writeFile(file, "A=1\n");
    await settings.write("B", "1");
    expect(await readFile(file, "utf8")).toBe("A=1\nB=1\n");
  });
});
