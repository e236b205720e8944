import { afterEach, expect, it, vi } from "vitest";
import { credentialHeaders, keepCredential } from "./credential.ts";
import { keptText } from "./kept-text.ts";

const refusal = () => {
  throw new DOMException("The operation is insecure.", "SecurityError");
};

afterEach(() => vi.unstubAllGlobals());

it("a text is kept by the browser, and by the page where the browser has no room", () => {
  const texts = new Map([["theme", "dark"]]);
  const setItem = vi.fn((key: string, text: string) => void texts.set(key, text));
  const removeItem = (key: string) => void texts.delete(key);
  vi.stubGlobal("localStorage", { getItem: (key: string) => texts.get(key) ?? null, setItem, removeItem });
  const theme = keptText("theme");
  expect(theme.get()).toBe("dark");
  theme.set("light");
  expect(texts.get("theme")).toBe("light");
  setItem.mockImplementationOnce(refusal);
  theme.set("dark");
  expect([theme.get(), texts.get("theme")]).toEqual(["dark", "light"]);
  theme.set(undefined);
  expect([theme.get(), texts.size]).toEqual([undefined, 0]);
});

it("a browser that refuses its storage altogether still has a theme and a signed-in person", () => {
  // As Chromium has it where cookies are blocked: to name the storage throws.
  const storage = { get: refusal, configurable: true };
  for (const name of ["localStorage", "sessionStorage"]) {
    vi.stubGlobal(name, undefined);
    Object.defineProperty(globalThis, name, storage);
  }
  const theme = keptText("theme");
  expect(theme.get()).toBe(undefined);
  theme.set("dark");
  expect(theme.get()).toBe("dark");
  keepCredential({ token: "alice" });
  expect(credentialHeaders()).toEqual({ authorization: "Bearer alice" });
  keepCredential(undefined);
  expect(credentialHeaders()).toEqual({});
});
