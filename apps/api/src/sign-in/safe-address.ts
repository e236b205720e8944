import { isLoopback } from "@front-door/service-runtime";

/** Whether a URL is read over TLS, or is one of this machine: what comes from it decides who may come in. */
export function isSafeAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}
