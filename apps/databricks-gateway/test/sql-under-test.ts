import { readFile } from "node:fs/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { LocalWorkspace, LocalWorkspaceOptions } from "@front-door/local-workspace";
import { startWorkspace, type WorkspaceUnderTest } from "./gateway-under-test.ts";

export const warehouseId = "a1b2c3d4e5f60718";
export const warehousePath = `/sql/1.0/warehouses/${warehouseId}`;

const trusted = getCACertificates("default");
/** Of the workspaces that are open. */
const own = new Set<string>();

/** A local workspace with TLS, which the driver insists on, and its CA trusted by this process. */
export async function startSqlWorkspace(
  options: Omit<Partial<LocalWorkspaceOptions>, "dir" | "tls"> = {},
): Promise<WorkspaceUnderTest> {
  const workspace = await startWorkspace({ tls: true, ...options });
  const ca = await readFile(String(workspace.caFile), "utf8");
  own.add(ca);
  // What NODE_EXTRA_CA_CERTS does for a process at its start.
  setDefaultCACertificates([...trusted, ...own]);
  return {
    ...workspace,
    close: async () => {
      own.delete(ca);
      setDefaultCACertificates([...trusted, ...own]);
      await workspace.close();
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
