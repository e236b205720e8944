import { expect, test } from "vitest";
import { boundedExecute, boundedFetch } from "./bounded-fetch.ts";
import { withinRoom } from "./reply-room.ts";

interface Asked {
  readonly maxRows: number;
  readonly maxBytes?: number;
}

/** A server that sends no row larger than the limit. Whether Databricks does so is unknown. */
function fetchOf(rowBytes: number) {
  const asked: (number | undefined)[] = [];
  const fetch = async ({ maxBytes }: Asked) => {
    asked.push(maxBytes);
    const fits = maxBytes === undefined || rowBytes <= maxBytes;
    return { hasMoreRows: true, results: { rows: [], columns: null, arrowBatches: fits ? [{}] : null } };
  };
  return { asked, fetch: boundedFetch(fetch) };
}

test("rows that fit are requested once, with the limit", async () => {
  const { asked, fetch } = fetchOf(100);
  expect((await fetch({ maxRows: 10 })).results.arrowBatches).toHaveLength(1);
  expect(asked).toEqual([2 * 1024 * 1024]);
});

test("a row larger than the limit is requested again without it", async () => {
  const { asked, fetch } = fetchOf(100 * 1024 * 1024);
  expect((await fetch({ maxRows: 10 })).results.arrowBatches).toHaveLength(1);
  expect(asked).toEqual([2 * 1024 * 1024, undefined]);
});

test("an empty reply at the end of a result is not requested again", async () => {
  let asked = 0;
  const fetch = boundedFetch(async (_request: Asked) => {
    asked += 1;
    return { hasMoreRows: false, results: null };
  });
  await fetch({ maxRows: 10 });
  expect(asked).toBe(1);
});

test("a fetch asks for the bytes that it was started with, also while others run", async () => {
  const { asked, fetch } = fetchOf(1);
  await Promise.all([
    withinRoom({ bytesMax: 5, rowBytesMax: 9, more: () => Promise.resolve() }, () => fetch({ maxRows: 10 })),
    fetch({ maxRows: 10 }),
    withinRoom({ bytesMax: 7, rowBytesMax: 9, more: () => Promise.resolve() }, async () => {
      await Promise.resolve();
      return fetch({ maxRows: 10 });
    }),
  ]);
  expect(asked).toEqual([5, 2 * 1024 * 1024, 7]);
});

test("the rows in the reply to ExecuteStatement are limited to 128 KiB, and a statement without them stays as it is", async () => {
  const execute = boundedExecute(async (request: { getDirectResults?: object }) => request);
  expect(await execute({ getDirectResults: { maxRows: 10 } })).toEqual({
    getDirectResults: { maxRows: 10, maxBytes: 128 * 1024 },
  });
  expect(await execute({})).toEqual({});
});
