import { type Dispatcher, Pool, ProxyAgent } from "undici";
import type { WorkspaceAddress } from "../config/workspace-address.ts";

export interface PoolLimits {
  /** Connections at once. More requests wait. */
  readonly connections: number;
  /** The longest wait for the head of a reply, and for more of its body, in milliseconds. 0: no limit. */
  readonly replyMs: number;
  /** How long an idle connection is kept, in milliseconds. Default: undici's 4 s. */
  readonly idleMs?: number;
}

/** Tells apart the workspaces behind one host (docs/databricks.md, "Identity"). */
const orgIdHeader = "x-databricks-org-id";
const connectTimeoutMs = 10_000;

/** Connections to one workspace, through its proxy if it has one, whose requests name the workspace. */
export function openPool(
  { origin, workspaceId, proxy }: WorkspaceAddress,
  { connections, replyMs, idleMs }: PoolLimits,
): Dispatcher {
  const options = {
    connections,
    pipelining: 1,
    // Only on HTTP/1.1 does aborting a request close its socket, and a paused reader pause the sender.
    allowH2: false,
    headersTimeout: replyMs,
    bodyTimeout: replyMs,
    ...(idleMs === undefined ? {} : { keepAliveTimeout: idleMs }),
  };
  // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not turn it off.
  const tls = { rejectUnauthorized: true, timeout: connectTimeoutMs };
  const pool =
    proxy === undefined
      ? new Pool(origin, { ...options, connect: tls })
      : new ProxyAgent({ ...options, uri: proxy, requestTls: tls, proxyTls: tls });
  if (workspaceId === undefined && proxy === undefined) return pool;
  const orgId = workspaceId === undefined ? {} : { [orgIdHeader]: workspaceId };
  return pool.compose((dispatch) => (request, handler) => {
    // A proxy agent has no origin of its own.
    const headers = { ...(request.headers as Record<string, string>), ...orgId };
    return dispatch({ ...request, origin, headers }, handler);
  });
}
