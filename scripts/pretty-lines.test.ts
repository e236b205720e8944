import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { prettyLines } from "./pretty-lines.ts";

/** What a terminal that has colours or not is given for a line. */
function shown(line: string, colours = false): string {
  const terminal = Object.assign(new PassThrough({ encoding: "utf8" }), { hasColors: () => colours });
  prettyLines(terminal)("api", line);
  return String(terminal.read());
}

const time = Date.parse("2026-11-20T10:00:00Z");

describe("prettyLines", () => {
  it("shows a request as method, path, status and time, with the rest behind", () => {
    const line = {
      level: 30,
      time,
      service: "api",
      method: "GET",
      path: "/x",
      status: 200,
      duration_ms: 12,
      op: "me",
    };
    expect(shown(JSON.stringify(line))).toMatch(
      /^\[.*:00:00\.000\] INFO \(api\): GET \/x 200 in 12 ms \{"op":"me"\}\n$/,
    );
  });

  it("shows an audit line, which has no message and no level", () => {
    const line = { log: "audit", time: "2026-11-20T10:00:00.000Z", operation: "me", outcome: "ok" };
    expect(shown(JSON.stringify(line))).toMatch(/\(api\): audit .*"operation":"me","outcome":"ok"\}\n$/);
  });

  it.each([true, false])("uses colours only where the terminal has them: %s", (colours) => {
    expect(shown(JSON.stringify({ level: 50, time, msg: "no" }), colours).includes("\u{1b}[31m")).toBe(
      colours,
    );
  });

  it("shows an error with its stack in one line", () => {
    const err = { type: "Error", message: "no", stack: "Error: no\n    at here" };
    expect(shown(JSON.stringify({ level: 50, time, msg: "defect", err })).match(/\n/g)).toHaveLength(1);
  });

  it.each(["plain words", "5", "null", "[1]", "{", ""])(
    "shows a line that is no log entry as it is: %j",
    (line) => {
      expect(shown(line)).toBe(`api: ${line}\n`);
    },
  );

  it("lets no text of a caller control the terminal or begin a line", () => {
    const hostile = "\u{1b}[2J\u{9b}31m\r\nforged \u{7}";
    const entry = { level: 30, time, msg: hostile, caller: hostile, target: { [hostile]: hostile } };
    for (const line of [JSON.stringify(entry), hostile.replaceAll("\n", "")])
      expect(shown(line).slice(0, -1)).not.toMatch(/\p{Cc}/u);
  });
});
