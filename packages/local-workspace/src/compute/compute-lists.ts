import type { Route } from "../http/call.ts";
import { json } from "../http/reply.ts";
import type { Workspace } from "../workspace.ts";

const NODE_TYPES = [
  { node_type_id: "i3.xlarge", memory_mb: 31_232, num_cores: 4, category: "Storage Optimized" },
  { node_type_id: "m5d.large", memory_mb: 8_192, num_cores: 2, category: "General Purpose" },
].map((type) => ({
  ...type,
  description: `${type.node_type_id} (not real: nothing runs on it)`,
  instance_type_id: type.node_type_id,
  is_deprecated: false,
  num_gpus: 0,
}));

/** What belongs to clusters, and is only listed: everybody sees all of it. */
export function computeLists({ seed }: Workspace): Route[] {
  const lists = {
    "/api/2.0/policies/clusters/list": {
      policies: seed.clusterPolicies,
      total_count: seed.clusterPolicies.length,
    },
    "/api/2.1/clusters/list-node-types": { node_types: NODE_TYPES },
    "/api/2.0/instance-pools/list": { instance_pools: seed.instancePools },
  };
  return Object.entries(lists).map(([pattern, body]) => ({
    method: "GET",
    pattern,
    handle: () => json(body),
  }));
}
