import { invalidParameter } from "./api-error.ts";
import type { Call } from "./call.ts";
import { decodePageToken, encodePageToken } from "./page-token.ts";

export interface Page<Item> {
  items: Item[];
  /** Absent only on the last page: an empty page can have one. */
  nextPageToken?: string;
}

/**
 * One page of a listing that is sorted by name. `scope` identifies the listing, so that another one rejects its tokens.
 * Without a `size` the page holds everything.
 */
export function pageOf<Item>(
  call: Call,
  scope: string,
  sorted: readonly Item[],
  nameOf: (item: Item) => string,
  size: number | undefined,
): Page<Item> {
  const position = decodePageToken(scope, call.query.get("page_token"));
  if (position.empties < call.emptyPages) {
    return {
      items: [],
      nextPageToken: encodePageToken(scope, { ...position, empties: position.empties + 1 }),
    };
  }
  const start = position.after === undefined ? 0 : firstAfter(sorted, nameOf, position.after);
  const items = sorted.slice(start, size === undefined ? undefined : start + size);
  const last = items.at(-1);
  if (last === undefined || start + items.length >= sorted.length) return { items };
  return { items, nextPageToken: encodePageToken(scope, { after: nameOf(last), empties: 0 }) };
}

/** The page size asked for, at most `max`; 0 means `max`. Throws 400 unless it is a non-negative integer. */
export function pageSize(
  call: Call,
  parameter: string,
  max: number,
  whenAbsent: number | undefined,
): number | undefined {
  const text = call.query.get(parameter);
  if (text === null) return whenAbsent;
  const size = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(size)) {
    throw invalidParameter(`${parameter} must be a non-negative integer, got "${text}".`);
  }
  return size === 0 ? max : Math.min(size, max);
}

/** A name for {@link pageOf} that sorts the largest number first. */
export function newestFirst(number: string): string {
  return String(Number.MAX_SAFE_INTEGER - Number(number)).padStart(16, "0");
}

function firstAfter<Item>(sorted: readonly Item[], nameOf: (item: Item) => string, name: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && nameOf(item) <= name) low = middle + 1;
    else high = middle;
  }
  return low;
}
