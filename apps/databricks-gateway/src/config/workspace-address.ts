import { isLoopback } from "@front-door/service-runtime";
import * as z from "zod";

/** Where a workspace is, and how to get there. */
export interface WorkspaceAddress {
  /** `https://host[:port]`, without a slash at the end. */
  readonly origin: string;
  /** Tells apart the workspaces behind one host. Undefined: the host has only one. */
  readonly workspaceId?: string | undefined;
  /** The forward proxy on the way, as a URL that can hold a password. */
  readonly proxy?: string | undefined;
}

/** A workspace as its address bar or a settings file names it. */
export type NamedWorkspace = Omit<WorkspaceAddress, "proxy">;

const azureLoginHosts = {
  ".azuredatabricks.net": "login.microsoftonline.com",
  ".databricks.azure.us": "login.microsoftonline.us",
  ".databricks.azure.cn": "login.chinacloudapi.cn",
};

/** Where the service principals of the workspace's Azure cloud sign in. Undefined for a workspace outside Azure. */
export function azureLoginOrigin(origin: string): string | undefined {
  const { hostname } = new URL(origin);
  const found = Object.entries(azureLoginHosts).find(([suffix]) => hostname.endsWith(suffix));
  return found && `https://${found[1]}`;
}

/**
 * `https://host[:port]` of a workspace; `http://` only for this machine. A page's address, pasted from the browser, names
 * the page's workspace: its path is ignored, and `?o=` is the workspace's id.
 */
export const workspaceAddress = z.string().transform((text, context): NamedWorkspace => {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  const problem = url === null ? "is not an address" : problemOfAddress(url);
  if (url === null || problem !== undefined) {
    const message = `${problem}: set it to the workspace's address, like https://adb-123.azuredatabricks.net`;
    context.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  }
  return { origin: url.origin, workspaceId: url.searchParams.get("o") ?? undefined };
});

function problemOfAddress(url: URL): string | undefined {
  if (url.username !== "" || url.password !== "") return "must not hold a user or a password";
  // It would be taken for a name that no host has.
  if (url.hostname.includes("*")) return "must be one host, not a pattern";
  const ids = url.searchParams.getAll("o");
  if (ids.length > 1 || ids.some((id) => !workspaceIdPattern.test(id))) {
    return "must name the workspace's id as ?o= and a number";
  }
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return undefined;
  return "must begin with https://";
}

const workspaceIdPattern = /^\d{1,20}$/;

export const workspaceIdText = z
  .string()
  .regex(workspaceIdPattern, "must be the workspace's id, a number like 1234567890123456");

/** The HTTP path of a SQL warehouse, and the workspace's id if the path was copied with its `?o=`. */
export const warehouseHttpPath = z
  .string()
  .regex(
    /^\/sql\/(1\.0\/(warehouses|endpoints)\/[0-9a-zA-Z_-]+|protocolv1\/o\/\d+\/[0-9a-zA-Z_-]+)(\?o=\d{1,20})?$/,
    "must be a warehouse's HTTP path, like /sql/1.0/warehouses/0123456789abcdef",
  )
  .transform((text) => {
    const [path = "", workspaceId] = text.split("?o=");
    return { path, workspaceId };
  });

export const warehouseIdText = z
  .string()
  .regex(/^[0-9a-zA-Z_-]+$/, "must be a warehouse's id, like 0123456789abcdef");

/** What goes into a header. */
export const visible = z.string().regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters without spaces");
