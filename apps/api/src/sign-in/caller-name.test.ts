import { describe, expect, it } from "vitest";
import { isCallerName } from "./caller-name.ts";

describe("a caller's name", () => {
  it.each([
    "ann@example.com",
    "Ann Lee",
    "josé",
    "zoë ☂",
    "Иван Петров",
    "Александр",
    "山田太郎",
    "محمد",
    "user-1",
    "auth0|5f7c8ec7c33c6c004bbafe82",
    "international",
    "intern",
    "intern01",
    "Anonymous Coward",
    "internal@example.com",
    "interna1",
    "anonym0us",
    "x".repeat(256),
  ])("can be %s", (name) => {
    expect(isCallerName(name)).toBe(true);
  });

  it.each(["internal", "anonymous", "Internal", "ANONYMOUS", " internal", "internal "])(
    "cannot be `anonymous` or `internal`: %j",
    (name) => {
      expect(isCallerName(name)).toBe(false);
    },
  );

  it.each([
    ["a right-to-left override", "ann\u202egro.elpmaxe@"],
    ["a left-to-right mark", "ann\u200e"],
    ["an Arabic letter mark", "\u061cann"],
    ["an isolate", "\u2066ann\u2069"],
    ["a zero-width space", "an\u200bn"],
    ["a zero-width joiner", "an\u200dn"],
    ["a word joiner", "an\u2060n"],
    ["a byte order mark", "\ufeffann"],
    ["a soft hyphen", "an\u00adn"],
    ["a combining grapheme joiner", "an\u034fn"],
    ["a Hangul filler", "ann\u3164"],
    ["a variation selector", "ann\ufe0f"],
    ["a tag character", "ann\u{e0041}"],
    ["a blank Braille pattern", "ann\u2800"],
    ["a no-break space", "ann\u00a0lee"],
    ["a line separator", "ann\u2028lee"],
    ["a line feed", "ann\nlee"],
    ["an escape", "ann\u001b[2K"],
    ["a C1 control", "ann\u009blee"],
    ["a NUL", "ann\0"],
    ["half a surrogate pair", "ann\ud800"],
    ["a character for private use", "ann\ue000"],
    ["bytes that were not text", "ann\ufffd"],
  ])("cannot contain %s", (_what, name) => {
    expect(isCallerName(name)).toBe(false);
  });

  it.each(["", " ", "   ", "x".repeat(257), undefined, null, 7, ["ann"]])(
    "must be visible text of 1 to 256 characters, not %j",
    (name) => {
      expect(isCallerName(name)).toBe(false);
    },
  );
});
