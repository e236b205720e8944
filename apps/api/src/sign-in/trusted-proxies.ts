import { BlockList, isIP } from "node:net";

const loopback = ["127.0.0.0/8", "::1"];

/** The addresses that may say who calls. Throws a RangeError of one line for an entry that is not an address. */
export class TrustedProxies {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  constructor(entries: readonly string[]) {
    this.#isEmpty = entries.length === 0;
    for (const entry of entries.flatMap((each) => (each === "loopback" ? loopback : [each])))
      this.#add(entry);
  }

  /** Whether the address is a trusted proxy's. Undefined, as for a Unix socket, never is. */
  includes(address: string | undefined): boolean {
    if (this.#isEmpty) return false;
    // A server on `::` sees IPv4 as ::ffff:10.0.0.1, and a link-local address with its interface.
    const [plain = ""] = (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "").split("%", 1);
    const family = isIP(plain);
    return family !== 0 && this.#list.check(plain, family === 4 ? "ipv4" : "ipv6");
  }

  #add(entry: string): void {
    const [address = "", prefix, ...rest] = entry.split("/");
    const family = isIP(address);
    const bits = family === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    // A prefix of 0 trusts every address, and then anyone can claim to be anyone.
    if (family === 0 || rest.length > 0 || !(length >= 1 && length <= bits)) {
      throw new RangeError(`"${entry}" is not an address, a range like 10.0.0.0/8, or "loopback"`);
    }
    const subnet = [address, length, family === 4 ? "ipv4" : "ipv6"] as const;
    // So does an IPv6 range that contains all of IPv4, such as ::ffff:0:0/96.
    const alone = new BlockList();
    alone.addSubnet(...subnet);
    if (alone.check("0.0.0.0") && alone.check("255.255.255.255")) {
      throw new RangeError(`"${entry}" contains every IPv4 address: name the proxies' own ranges`);
    }
    this.#list.addSubnet(...subnet);
  }
}
