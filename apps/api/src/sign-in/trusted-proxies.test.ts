import { describe, expect, it } from "vitest";
import { TrustedProxies } from "./trusted-proxies.ts";

describe("TrustedProxies", () => {
  it("trusts nobody by default", () => {
    const none = new TrustedProxies([]);
    expect([none.includes("127.0.0.1"), none.includes("::1"), none.includes(undefined)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it.each([
    ["loopback", "127.0.0.1", true],
    ["loopback", "127.9.9.9", true],
    ["loopback", "::1", true],
    ["loopback", "::ffff:127.0.0.1", true],
    ["loopback", "128.0.0.1", false],
    ["10.1.2.3", "10.1.2.3", true],
    ["10.1.2.3", "10.1.2.4", false],
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "::FFFF:10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.1.2.3/31", "10.1.2.2", true],
    ["fd00::/8", "fd12:3456::1", true],
    ["fd00::/8", "fe80::1", false],
    ["fe80::/10", "fe80::1%eth0", true],
    ["::1", "127.0.0.1", false],
    ["10.0.0.0/8", "unix", false],
  ])("%s: %s is trusted: %s", (entry, address, trusted) => {
    expect(new TrustedProxies([entry]).includes(address)).toBe(trusted);
  });

  it.each(["::/1", "::ffff:0:0/96", "::ffff:0.0.0.0/90"])(
    "refuses %s, which has all of IPv4 in it",
    (entry) => {
      expect(() => new TrustedProxies([entry])).toThrow(`"${entry}" contains every IPv4 address`);
    },
  );

  it.each([
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0/8",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "proxy",
    "*",
  ])("refuses %s and names it", (entry) => {
    expect(() => new TrustedProxies([entry])).toThrow(`"${entry}" is not an address`);
  });
});
