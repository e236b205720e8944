import { afterEach, expect, test, vi } from "vitest";
import { MemoryStore } from "./memory-store.ts";

afterEach(() => vi.useRealTimers());

test("one owner takes the room of nobody else: beyond a share, the owner's own oldest goes", async () => {
  const store = new MemoryStore({ entriesMax: 100, ofOwnerMax: 3 });
  await store.add("of-alice", "a", 60_000, "alice");
  for (let index = 0; index < 1_000; index += 1) await store.add(`of-bob-${index}`, "b", 60_000, "bob");
  expect(await store.get("of-alice")).toBe("a");
  const kept = await Promise.all(Array.from({ length: 1_000 }, (_, index) => store.get(`of-bob-${index}`)));
  expect(kept.flatMap((text, index) => (text === undefined ? [] : [index]))).toEqual([997, 998, 999]);
});

test("what has ended, or was taken, makes room for its owner", async () => {
  const store = new MemoryStore({ entriesMax: 100, ofOwnerMax: 2 });
  await store.add("first", "1", 60_000, "alice");
  await store.add("second", "2", 60_000, "alice");
  expect(await store.take("second")).toBe("2");
  await store.add("third", "3", 60_000, "alice");
  expect(await store.get("first")).toBe("1");
});

test("the number of entries is bounded, whoever owns them", async () => {
  const store = new MemoryStore({ entriesMax: 10, ofOwnerMax: 5 });
  for (let index = 0; index < 1_000; index += 1) await store.add(`${index}`, "x", 60_000, `owner-${index}`);
  const kept = await Promise.all(Array.from({ length: 1_000 }, (_, index) => store.get(`${index}`)));
  expect(kept.filter((text) => text !== undefined)).toHaveLength(10);
});

test("an entry lasts for its time, which a look does not change and a use does", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const store = new MemoryStore({ entriesMax: 10, ofOwnerMax: 5 });
  await store.add("a", "x", 1_000, "owner");
  await store.add("b", "x", 1_000, "owner");
  vi.setSystemTime(Date.now() + 900);
  expect([await store.get("a"), await store.get("b", 1_000)]).toEqual(["x", "x"]);
  vi.setSystemTime(Date.now() + 200);
  expect([await store.get("a"), await store.get("b")]).toEqual([undefined, "x"]);
});

test("of two who take an entry at the same time, one gets it; nothing replaces what is gone", async () => {
  const store = new MemoryStore({ entriesMax: 10, ofOwnerMax: 5 });
  await store.add("a", "x", 1_000, "owner");
  expect(await store.replace("a", "y", 1_000)).toBe(true);
  expect(await Promise.all([store.take("a"), store.take("a")])).toEqual(["y", undefined]);
  expect(await store.replace("a", "z", 1_000)).toBe(false);
  expect(await store.get("a")).toBeUndefined();
});
