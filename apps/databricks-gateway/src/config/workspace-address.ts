import { isLoopback } from "@front-door/service-runtime";
import * as z from "zod";

/** `https://host[:port]` of a workspace, without a slash at the end; `http://` only for this machine. */
export const workspaceAddress = z.string().transform((text, context) => {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  const problem = url === null ? "is not an address" : problemOfAddress(url);
  if (url === null || problem !== undefined) {
    const message = `${problem}: set it to the workspace's address, like https://adb-123.azuredatabricks.net`;
    context.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  }
  return url.origin;
});

function problemOfAddress(url: URL): string | undefined {
  if (url.username !== "" || url.password !== "") return "must not hold a user or a password";
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    return "must be a host alone, without a path";
  // It would be taken for a name that no host has.
  if (url.hostname.includes("*")) return "must be one host, not a pattern";
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return undefined;
  return "must begin with https://";
}

export const warehouseHttpPath = z
  .string()
  .regex(
    /^\/sql\/(1\.0\/(warehouses|endpoints)\/[0-9a-zA-Z_-]+|protocolv1\/o\/\d+\/[0-9a-zA-Z_-]+)$/,
    "must be a warehouse's HTTP path, like /sql/1.0/warehouses/0123456789abcdef",
  );

export const warehouseIdText = z
  .string()
  .regex(/^[0-9a-zA-Z_-]+$/, "must be a warehouse's id, like 0123456789abcdef");

/** What goes into a header. */
export const visible = z.string().regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters without spaces");
