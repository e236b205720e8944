import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import {
  type LocalWorkspace,
  type LocalWorkspaceOptions,
  startLocalWorkspace,
} from "@front-door/local-workspace";

export const warehouseId = "a1b2c3d4e5f60718";
export const warehousePath = `/sql/1.0/warehouses/${warehouseId}`;

let authority: string | undefined;

/** A local workspace with TLS, which the driver insists on, and its CA trusted by this process. */
export async function startSqlWorkspace(
  options: Omit<Partial<LocalWorkspaceOptions>, "dir" | "tls"> = {},
): Promise<LocalWorkspace> {
  const dir = await mkdtemp(join(tmpdir(), "gateway-sql-"));
  // One authority for all workspaces of a test: OpenSSL takes the first of several of one name.
  if (authority !== undefined) await cp(authority, join(dir, "tls"), { recursive: true });
  const workspace = await startLocalWorkspace({ dir, tls: true, ...options });
  if (authority === undefined) {
    authority = await mkdtemp(join(tmpdir(), "gateway-sql-ca-"));
    await cp(join(dir, "tls"), authority, { recursive: true });
    // What NODE_EXTRA_CA_CERTS does for a process at its start.
    const ca = await readFile(String(workspace.caFile), "utf8");
    setDefaultCACertificates([...getCACertificates("default"), ca]);
  }
  return {
    ...workspace,
    close: async () => {
      await workspace.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The methods of the Thrift service that were called, in their order. */
export function thriftCalls(workspace: LocalWorkspace): string[] {
  return workspace.requests().flatMap((request) => {
    const { thriftMethod } = request as { thriftMethod?: string };
    return thriftMethod === undefined ? [] : [thriftMethod];
  });
}
