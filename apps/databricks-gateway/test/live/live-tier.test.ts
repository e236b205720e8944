import { startGateway } from "../gateway-under-test.ts";
import { startSqlWorkspace } from "../sql-under-test.ts";
import { addLiveTests } from "./live-tier.ts";

// The tier that `./scripts/live.sh` runs at a real workspace, at the local one as if it were foreign.
addLiveTests(
  async () => {
    const workspace = await startSqlWorkspace();
    const gateway = await startGateway(workspace.url);
    return {
      ...gateway,
      close: async () => {
        await gateway.close();
        await workspace.close();
      },
    };
  },
  { obstacles: "fail" },
);
