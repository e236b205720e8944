import { describe, expect, it } from "vitest";
import { printTable } from "./print-table.ts";

async function printed(cells: readonly string[], isTerminal: boolean): Promise<string[]> {
  let text = "";
  const write = async (chunk: string | Uint8Array) => {
    text += String(chunk);
  };
  await printTable(
    [{ name: "a" }, { name: "b" }],
    cells.map((cell) => [cell, "b"]),
    { isTerminal, write },
  );
  return text.trimEnd().split("\n").slice(1);
}

describe("printTable", () => {
  it("prints more rows than a call takes arguments", async () => {
    const lines = await printed(Array<string>(130_000).fill("cell"), false);
    expect(lines).toHaveLength(130_000);
    expect(lines.at(-1)).toBe("cell  b");
  });

  it("cuts a long cell between two characters on a terminal", async () => {
    const [line] = await printed([`${"x".repeat(78)}😀yy`], true);
    expect(line).toBe(`${"x".repeat(78)}😀…  b`);
    expect(await printed(["😀".repeat(80)], true)).toEqual([`${"😀".repeat(80)}  b`]);
  });

  it("cuts no cell where the output is not a terminal", async () => {
    const long = "😀".repeat(500);
    expect(await printed([long, "short"], false)).toEqual([`${long}  b`, `${"short".padEnd(160)}  b`]);
  });

  it("keeps each row on one line everywhere", async () => {
    for (const isTerminal of [true, false])
      expect(await printed(["two\nlines"], isTerminal)).toEqual(["two\\nlines  b"]);
  });
});
