import { isIP } from "node:net";

/** The names of this machine in a URL or a `Host` header. */
export const loopbackNames: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Whether only this machine can reach the address; an IPv6 address may be in brackets, as a URL has it. */
export function isLoopback(host: string): boolean {
  return loopbackNames.includes(host) || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
