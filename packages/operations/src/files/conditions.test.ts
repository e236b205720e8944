import { expect, test } from "vitest";
import { type Conditions, decide, singleRange } from "./conditions.ts";

const modified = "Sat, 22 Nov 2025 08:26:40 GMT";
const earlier = "Sat, 22 Nov 2025 08:26:39 GMT";
const later = "Sat, 22 Nov 2025 08:26:41 GMT";
const weak = { size: 120, lastModified: modified, etag: 'W/"78-1"' };
const strong = { ...weak, etag: '"abc"' };
const range = "bytes=0-1";

test.each<[string, Conditions, typeof weak, string]>([
  ["none", {}, weak, "whole"],
  ["range", { range }, weak, "range"],
  ["if-match: another", { if_match: '"x"' }, strong, "failed"],
  ["if-match: the same, strong", { if_match: '"x", "abc"' }, strong, "whole"],
  ["if-match: the same, but weak", { if_match: 'W/"78-1"' }, weak, "failed"],
  ["if-match: *", { if_match: "*" }, weak, "whole"],
  [
    "if-match makes if-unmodified-since mean nothing",
    { if_match: "*", if_unmodified_since: earlier },
    weak,
    "whole",
  ],
  ["if-unmodified-since: before", { if_unmodified_since: earlier }, weak, "failed"],
  ["if-unmodified-since: the same", { if_unmodified_since: modified }, weak, "whole"],
  ["if-unmodified-since: no date", { if_unmodified_since: "yesterday" }, weak, "whole"],
  ["if-none-match: the same", { if_none_match: '"78-1"' }, weak, "not modified"],
  ["if-none-match: *", { if_none_match: "*" }, weak, "not modified"],
  ["if-none-match: another", { if_none_match: '"x"' }, weak, "whole"],
  [
    "if-none-match makes if-modified-since mean nothing",
    { if_none_match: '"x"', if_modified_since: later },
    weak,
    "whole",
  ],
  ["if-modified-since: after", { if_modified_since: later }, weak, "not modified"],
  ["if-modified-since: before", { if_modified_since: earlier }, weak, "whole"],
  ["412 before 304", { if_match: '"x"', if_none_match: "*" }, weak, "failed"],
  ["304 before a range", { range, if_none_match: "*" }, weak, "not modified"],
  ["if-range: a strong tag", { range, if_range: '"abc"' }, strong, "range"],
  ["if-range: a weak tag", { range, if_range: 'W/"78-1"' }, weak, "whole"],
  ["if-range: the very date", { range, if_range: modified }, weak, "range"],
  ["if-range: a later date", { range, if_range: later }, weak, "whole"],
  ["if-range without a range", { if_range: '"x"' }, strong, "whole"],
])("%s", (_what, conditions, version, decision) => {
  expect(decide(conditions, version)).toBe(decision);
});

test.each([
  ["bytes=0-99", "bytes=0-99"],
  ["Bytes=5-", "bytes=5-"],
  ["bytes=-5", "bytes=-5"],
  ["bytes=0-0,2-3", undefined],
  ["bytes=5-4", undefined],
  ["bytes=-", undefined],
  ["bytes= 0-1", undefined],
  ["bytes=0-1\r\nx", undefined],
  ["items=0-1", undefined],
  [undefined, undefined],
])("the range %j is passed on as %j", (header, passedOn) => {
  expect(singleRange(header)).toBe(passedOn);
});
